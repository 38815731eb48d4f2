package io.flexora.numerics.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.adapter.ParameterUpdate;
import io.flexora.api.optimiser.Iterate;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.run.FlexoraException;
import java.util.List;

/**
 * The update of an adapter method after each step of the optimiser.
 *
 * @param update the method's own
 * @param index the index of theta
 * @param totalSteps how many steps the training has
 * @since 0.1
 */
public record AdapterUpdate(ParameterUpdate update, ParameterIndex index, long totalSteps) {

  /**
   * The state of a training after the update.
   *
   * @param iterate theta and its optimiser
   * @param state what the method keeps
   */
  public record Moved(Iterate iterate, List<NDArray> state) {}

  /**
   * What the method keeps before the first step.
   *
   * @param scope the owner of the result
   * @param theta the initial theta
   */
  public List<NDArray> start(NDManager scope, NDArray theta) {
    return update.start(scope, index.places(), theta);
  }

  /**
   * Changes theta.
   *
   * @param steps the steps that were done, this one included
   * @param gradient the gradient that the step took, as it was clipped
   * @param state what the method kept before
   */
  public Moved after(
      NDManager scope, long steps, Iterate at, NDArray gradient, List<NDArray> state) {
    ParameterUpdate.Updated next =
        update.after(
            scope,
            new ParameterUpdate.At(index.places(), steps, totalSteps, at.theta(), gradient, state));
    if (next.state().size() != state.size()) {
      throw new FlexoraException(
          "the adapter method keeps %d arrays after step %d, but kept %d; report this to its author"
              .formatted(next.state().size(), steps, state.size()));
    }
    return new Moved(new Iterate(next.theta(), at.state()), next.state());
  }
}
