package io.flexora.trainer.gradient;

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

/** The options of {@code gradient}; the names are those that PEFT and LLaMA-Factory users know. */
public record GradientTrainerOptions(
    @Option(doc = "learning rate of the adapters", byDefault = "2e-4", min = 0, minExclusive = true)
        double learningRate,
    @Option(doc = "learning rate of the head; that of the adapters when not written", min = 0)
        Optional<Double> headLearningRate,
    @Option(
            doc = "examples in a batch",
            byDefault = "8",
            min = 1,
            aliases = {"batch_size", "train_batch_size"})
        int perDeviceTrainBatchSize,
    @Option(
            doc = "batches whose gradients are averaged in one step, as if they were one batch",
            byDefault = "1",
            min = 1)
        int gradientAccumulationSteps,
    @Option(
            doc = "how often each training example is seen; may be a fraction",
            byDefault = "3",
            min = 0,
            minExclusive = true,
            aliases = "epochs")
        double numTrainEpochs,
    @Option(doc = "optimiser steps; when written, num_train_epochs does not count", min = 1)
        Optional<Integer> maxSteps,
    @Option(
            doc = "sgd, momentum, nesterov or adamw",
            byDefault = "adamw",
            aliases = {"optimizer", "optim"})
        OptimiserKind optimiser,
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
            doc = "what is added to the root of the second moment; adamw",
            byDefault = "1e-8",
            min = 0,
            minExclusive = true,
            aliases = "adam_epsilon")
        double epsilon,
    @Option(doc = "weight decay; decoupled for adamw", byDefault = "0", min = 0) double weightDecay,
    @Option(
            doc = "the greatest norm of the gradient, which is scaled down to it; 0 for no limit",
            byDefault = "1",
            min = 0)
        double maxGradNorm,
    @Option(doc = "decay of the learning rate: constant, linear or cosine", byDefault = "linear")
        Schedule.Decay lrSchedulerType,
    @Option(
            doc = "part of the steps over which the learning rate rises from 0",
            byDefault = "0",
            min = 0,
            max = 1)
        double warmupRatio,
    @Option(
            doc =
                "steps over which the learning rate rises; when written, warmup_ratio does not"
                    + " count",
            min = 0)
        Optional<Integer> warmupSteps,
    @Option(
            doc =
                "steps between two evaluations on the validation examples; an epoch when not"
                    + " written",
            min = 1,
            aliases = "eval_steps")
        Optional<Integer> evaluationSteps,
    @Option(
            doc = "examples in a batch of an evaluation",
            byDefault = "32",
            min = 1,
            aliases = "per_device_eval_batch_size")
        int evaluationBatchSize,
    @Option(
            doc = "keep the parameters with the lowest validation loss instead of the last ones",
            byDefault = "true",
            aliases = "load_best_model_at_end")
        boolean keepBest,
    @Option(
            doc =
                "end after so many evaluations without a lower validation loss; never when not"
                    + " written",
            min = 1)
        Optional<Integer> earlyStoppingPatience) {

  long totalSteps(int stepsPerEpoch) {
    return maxSteps
        .map(Integer::longValue)
        .orElseGet(() -> (long) Math.ceil(numTrainEpochs * stepsPerEpoch));
  }

  /** How many arrays of theta's length the optimiser keeps. */
  int stateArrays() {
    return made().stateArrays();
  }

  private Optimiser made() {
    return optimiser.make(new OptimiserKind.Settings(momentum, beta1, beta2, epsilon, weightDecay));
  }

  /**
   * Makes the rule of a step.
   *
   * @param scope the owner of the rule's arrays
   */
  UpdateRule rule(NDManager scope, ParameterIndex parameters, DataType type, long totalSteps) {
    double ratio = headLearningRate.map(head -> head / learningRate).orElse(1.0);
    long warmup =
        warmupSteps.map(Integer::longValue).orElse((long) Math.ceil(warmupRatio * totalSteps));
    return new UpdateRule(
        made(),
        learningRate,
        new Schedule(lrSchedulerType, warmup, totalSteps),
        maxGradNorm == 0 ? Clipping.none() : new Clipping(maxGradNorm),
        RateMultipliers.ofHead(scope, parameters, type, ratio));
  }
}
