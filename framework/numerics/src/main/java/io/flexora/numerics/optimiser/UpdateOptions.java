package io.flexora.numerics.optimiser;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.flexora.api.optimiser.Optimiser;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.plugin.Component;
import io.flexora.api.plugin.Option;
import java.util.Optional;

/**
 * The options of a training step, to be inlined wherever theta is trained.
 *
 * @param optimiser the optimiser
 * @param learningRate the learning rate of the adapters
 * @param headLearningRate the learning rate of the head; empty for that of the adapters
 * @param maxGradNorm the greatest norm of a gradient; 0 for no limit
 * @param lrSchedulerType the decay of the learning rate
 * @since 0.1
 */
public record UpdateOptions(
    @Option(
            doc = "the optimiser",
            byDefault = "adamw",
            aliases = {"optimizer", "optim"})
        Component<Optimiser> optimiser,
    @Option(doc = "learning rate of the adapters", byDefault = "1e-3", min = 0, minExclusive = true)
        double learningRate,
    @Option(doc = "learning rate of the head; that of the adapters by default", min = 0)
        Optional<Double> headLearningRate,
    @Option(doc = "maximum gradient norm for clipping; 0 for none", byDefault = "0", min = 0)
        double maxGradNorm,
    @Option(
            doc =
                "learning-rate schedule after the warm-up: constant, linear, cosine,"
                    + " cosine_with_min_lr (to a tenth), warmup_stable_decay (constant, then a"
                    + " cosine over the last fifth) or inverse_sqrt",
            byDefault = "constant")
        Schedule.Decay lrSchedulerType) {

  /** How many arrays of theta's length an iterate has: theta, and what the optimiser keeps. */
  public int iterateArrays() {
    return 1 + optimiser.get().stateNames().size();
  }

  /**
   * How many arrays of theta's length the rule has: multipliers, where the head has its own rate.
   * Those of an adapter method with rates of its own are beside what the options tell.
   */
  public int ruleArrays() {
    return headRatio() == 1 ? 0 : 1;
  }

  private double headRatio() {
    return headLearningRate.map(head -> head / learningRate).orElse(1.0);
  }

  /**
   * Makes the rule of a training step.
   *
   * @param scope the owner of the rule's arrays
   * @param parameters the index of theta
   * @param type the type of theta
   * @param warmupSteps the steps over which the learning rate rises
   * @param totalSteps the steps until its decay has ended
   */
  public UpdateRule rule(
      NDManager scope,
      ParameterIndex parameters,
      DataType type,
      long warmupSteps,
      long totalSteps) {
    return new UpdateRule(
        optimiser.get(),
        learningRate,
        new Schedule(lrSchedulerType, warmupSteps, totalSteps),
        maxGradNorm == 0 ? Clipping.none() : new Clipping(maxGradNorm),
        RateMultipliers.of(scope, parameters, type, headRatio()));
  }
}
