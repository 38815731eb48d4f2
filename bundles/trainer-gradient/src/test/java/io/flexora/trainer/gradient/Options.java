package io.flexora.trainer.gradient;

import io.flexora.numerics.optimiser.Schedule;
import io.flexora.numerics.optimiser.UpdateOptions;
import io.flexora.numerics.training.PackingOptions;
import io.flexora.numerics.training.TrainingOptions;
import io.flexora.optimiser.basic.AdamWOptions;
import java.util.Optional;

/** Builds trainer options, with plain descent where nothing else is said. */
final class Options {

  OptimiserKind optimiser = OptimiserKind.SGD;
  double learningRate = 0.1;
  Optional<Double> headLearningRate = Optional.empty();
  int batchSize = 4;
  int accumulation = 1;
  int steps = 10;
  Schedule.Decay decay = Schedule.Decay.CONSTANT;
  int warmup;
  double maxGradNorm;
  double weightDecay = 0.01;
  Optional<Integer> evaluationSteps = Optional.empty();
  boolean keepBest = true;
  Optional<Integer> patience = Optional.empty();
  PackingOptions packing = PackingOptions.NONE;

  TrainingOptions build() {
    return new TrainingOptions(
        new UpdateOptions(
            optimiser.with(0.9, new AdamWOptions(0.9, 0.999, 1e-8, weightDecay)),
            learningRate,
            headLearningRate,
            maxGradNorm,
            decay),
        batchSize,
        accumulation,
        3,
        Optional.of(steps),
        0,
        Optional.of(warmup),
        evaluationSteps,
        2,
        keepBest,
        patience,
        0,
        packing);
  }
}
