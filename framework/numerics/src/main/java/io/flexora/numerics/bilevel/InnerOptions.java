package io.flexora.numerics.bilevel;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.plugin.Inline;
import io.flexora.api.plugin.Option;
import io.flexora.api.plugin.OptionException;
import io.flexora.numerics.optimiser.UpdateOptions;
import io.flexora.numerics.optimiser.UpdateRule;
import java.util.Locale;

/**
 * The options of inner training that solvers share, under their own option {@code inner}.
 *
 * @param update the training step
 * @param warmupSteps the steps over which the learning rate rises
 * @param decaySteps the steps until its decay has ended, where it ends
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
                "inner steps until the decay of the learning rate has ended, such as outer_steps"
                    + " times inner_steps, or inner_steps where each outer step restarts theta."
                    + " linear, cosine, cosine_with_min_lr and warmup_stable_decay need it",
            byDefault = "0",
            min = 0)
        int decaySteps) {

  /**
   * Checks that a decay has steps to fall in: who searches knows how many there are, not who trains
   * in an outer step.
   *
   * @throws IllegalArgumentException if it has none
   */
  public InnerOptions {
    if (update.lrSchedulerType().ends() && decaySteps <= warmupSteps) {
      throw OptionException.of(
          "lr_scheduler_type",
          ("lr_scheduler_type: %s ends its decay at decay_steps: %d, which has to be more than"
                  + " warmup_steps: %d, or theta is hardly trained; write as decay_steps the inner"
                  + " steps of the whole search (outer_steps times inner_steps), or"
                  + " lr_scheduler_type: constant")
              .formatted(
                  update.lrSchedulerType().name().toLowerCase(Locale.ROOT),
                  decaySteps,
                  warmupSteps));
    }
  }

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
