package io.flexora.numerics.bilevel;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.flexora.api.model.ParameterIndex;
import io.flexora.api.plugin.Option;
import io.flexora.numerics.optimiser.Clipping;
import io.flexora.numerics.optimiser.Optimiser;
import io.flexora.numerics.optimiser.OptimiserKind;
import io.flexora.numerics.optimiser.RateMultipliers;
import io.flexora.numerics.optimiser.Schedule;
import io.flexora.numerics.optimiser.UpdateRule;
import java.util.Optional;

/**
 * How theta is trained while the gates are searched: the options that solvers share, under their
 * own option {@code inner}.
 *
 * @param optimiser the optimiser
 * @param learningRate the learning rate of the adapters
 * @param headLearningRate the learning rate of the head; empty for that of the adapters
 * @param momentum see {@link io.flexora.numerics.optimiser.Sgd}
 * @param beta1 see {@link io.flexora.numerics.optimiser.AdamW}
 * @param beta2 see {@link io.flexora.numerics.optimiser.AdamW}
 * @param epsilon see {@link io.flexora.numerics.optimiser.AdamW}
 * @param weightDecay the weight decay
 * @param maxGradNorm the greatest norm of a gradient; 0 for no limit
 * @param lrSchedulerType the decay of the learning rate
 * @param warmupSteps the steps over which it rises
 * @param decaySteps the steps until its decay has ended
 * @since 0.1
 */
public record InnerOptions(
    @Option(
            doc = "sgd, momentum, nesterov or adamw",
            byDefault = "adamw",
            aliases = {"optimizer", "optim"})
        OptimiserKind optimiser,
    @Option(doc = "learning rate of the adapters", byDefault = "1e-3", min = 0, minExclusive = true)
        double learningRate,
    @Option(doc = "learning rate of the head; that of the adapters when not written", min = 0)
        Optional<Double> headLearningRate,
    @Option(
            doc = "factor of the velocity; momentum and nesterov",
            byDefault = "0.9",
            min = 0,
            max = 1)
        double momentum,
    @Option(
            doc = "decay of the first moment; adamw",
            byDefault = "0.9",
            min = 0,
            max = 1,
            maxExclusive = true,
            aliases = "adam_beta1")
        double beta1,
    @Option(
            doc = "decay of the second moment; adamw",
            byDefault = "0.999",
            min = 0,
            max = 1,
            maxExclusive = true,
            aliases = "adam_beta2")
        double beta2,
    @Option(
            doc =
                "what is added to the root of the second moment; adamw. Far below the size of the"
                    + " gradients, the first step from zero moments hardly depends on the gradient's"
                    + " size, nor therefore on the gates",
            byDefault = "1e-8",
            min = 0,
            minExclusive = true,
            aliases = "adam_epsilon")
        double epsilon,
    @Option(doc = "weight decay; decoupled for adamw", byDefault = "0", min = 0) double weightDecay,
    @Option(
            doc = "the greatest norm of the gradient, which is scaled down to it; 0 for no limit",
            byDefault = "0",
            min = 0)
        double maxGradNorm,
    @Option(doc = "decay of the learning rate: constant, linear or cosine", byDefault = "constant")
        Schedule.Decay lrSchedulerType,
    @Option(doc = "inner steps over which the learning rate rises from 0", byDefault = "0", min = 0)
        int warmupSteps,
    @Option(
            doc = "inner steps, from the first of the search, until linear and cosine have ended",
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
    double ratio = headLearningRate.map(head -> head / learningRate).orElse(1.0);
    return new UpdateRule(
        made(),
        learningRate,
        new Schedule(lrSchedulerType, warmupSteps, decaySteps),
        maxGradNorm == 0 ? Clipping.none() : new Clipping(maxGradNorm),
        RateMultipliers.ofHead(scope, parameters, type, ratio));
  }

  /** How many arrays of theta's length the rule keeps beside theta, between its steps. */
  int stateArrays() {
    return made().stateArrays();
  }

  /** How many arrays of theta's length the rule itself has. */
  int ruleArrays() {
    return headLearningRate.isPresent() ? 1 : 0;
  }

  private Optimiser made() {
    return optimiser.make(new OptimiserKind.Settings(momentum, beta1, beta2, epsilon, weightDecay));
  }
}
