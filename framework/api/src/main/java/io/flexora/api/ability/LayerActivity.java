package io.flexora.api.ability;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.adapter.ActivationVisitor.CountedTokens;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.Batch;
import io.flexora.api.model.ModelAbility;
import io.flexora.api.plan.Point;
import io.flexora.api.plugin.Doc;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Statistics of the layers of an adapted model on the tokens of a batch. Sums are over all tokens
 * of the batch that are no padding, taken in float64.
 *
 * @param tokens the number of tokens
 * @param adapterSquares for each layer of the model and each adapted module in the order of the
 *     plan, the sum of the squared lengths of what the adapter adds to the module's output; 0 in
 *     layers without an adapter
 * @param frozenSquares the same of what the frozen module puts out, without its bias
 * @param angles for each layer of the model, the sum of the angles between what enters the layer
 *     and what leaves it, in units of pi: 0 for the same direction, 1 for the opposite
 * @since 0.1
 */
public record LayerActivity(
    long tokens,
    List<List<Double>> adapterSquares,
    List<List<Double>> frozenSquares,
    List<Double> angles) {

  /**
   * A {@link BilevelProblem} that measures what its model's layers do, as the model's {@link Meter}
   * does.
   */
  @ConsumerType
  @FunctionalInterface
  @Doc("Measure the activity of its layers.")
  public interface StepMeter extends ModelAbility {

    /**
     * Measures what the layers do to the training examples of an inner step, without dropout and
     * with gates of 1.
     *
     * @param scope the owner of temporary arrays
     */
    LayerActivity activity(NDManager scope, long innerStep, NDArray theta);

    /**
     * The same of some tokens. By default all count, as where no text has an answer.
     *
     * @param scope the owner of temporary arrays
     * @param tokens the tokens that count
     */
    default LayerActivity activity(
        NDManager scope, long innerStep, NDArray theta, CountedTokens tokens) {
      return activity(scope, innerStep, theta);
    }
  }

  /** An {@link AdaptedModel} that measures what its layers do to tokens. */
  @ConsumerType
  @Doc("Measure the activity of its layers.")
  public interface Meter extends ModelAbility {

    /**
     * Measures what the layers do to the tokens of a batch, without dropout.
     *
     * @param scope the owner of temporary arrays
     */
    LayerActivity activity(NDManager scope, Batch batch, Point point);

    /**
     * Measures what the layers do to some tokens of a batch, without dropout. By default all tokens
     * count, as where a head classifies texts; a model that learns answers leaves out what is none.
     *
     * @param scope the owner of temporary arrays
     * @param tokens the tokens that count
     */
    default LayerActivity activity(
        NDManager scope, Batch batch, Point point, CountedTokens tokens) {
      return activity(scope, batch, point);
    }
  }

  /** Copies the lists. */
  public LayerActivity {
    adapterSquares = adapterSquares.stream().map(List::copyOf).toList();
    frozenSquares = frozenSquares.stream().map(List::copyOf).toList();
    angles = List.copyOf(angles);
  }
}
