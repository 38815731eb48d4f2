package io.flexora.numerics.bilevel;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.flexora.api.model.ParameterIndex;
import io.flexora.api.plugin.Inline;
import io.flexora.api.plugin.Option;
import io.flexora.numerics.optimiser.UpdateOptions;
import io.flexora.numerics.optimiser.UpdateRule;

/**
 * How theta is trained while the gates are searched: the options that solvers share, under their
 * own option {@code inner}.
 *
 * @param update the training step
 * @param warmupSteps the steps over which the learning rate rises
 * @param decaySteps the steps until its decay has ended
 * @since 0.1
 */
public record InnerOptions(
    @Inline UpdateOptions update,
    @Option(
            doc = "warm-up: inner steps over which the learning rate rises from 0",
            byDefault = "0",
            min = 0)
        int warmupSteps,
    @Option(
            doc =
                "inner steps from the start of the search to the end of the linear or cosine"
                    + " schedule",
            byDefault = "0",
            min = 0)
        int decaySteps) {

  /**
   * Makes the rule of a training step.
   *
   * @param scope the owner of the rule's arrays
   * @param parameters the index of theta
   * @param type the type of theta
   */
  public UpdateRule rule(NDManager scope, ParameterIndex parameters, DataType type) {
    return update.rule(scope, parameters, type, warmupSteps, decaySteps);
  }
}
