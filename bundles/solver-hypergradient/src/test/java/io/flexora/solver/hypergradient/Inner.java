package io.flexora.solver.hypergradient;

import io.flexora.api.optimiser.Optimiser;
import io.flexora.api.plugin.Component;
import io.flexora.numerics.bilevel.InnerOptions;
import io.flexora.numerics.optimiser.Schedule;
import io.flexora.numerics.optimiser.UpdateOptions;
import io.flexora.optimiser.basic.AdamWOptions;
import java.util.Optional;

/** Inner options for tests, with everything that can be switched on. */
final class Inner {

  private Inner() {}

  static InnerOptions plain(OptimiserKind kind, double learningRate) {
    return new InnerOptions(
        new UpdateOptions(
            kind.with(0.8, new AdamWOptions(0.7, 0.9, 1e-4, 0)),
            learningRate,
            Optional.empty(),
            0,
            Schedule.Decay.CONSTANT),
        0,
        0);
  }

  static InnerOptions everything(OptimiserKind kind, double maxGradNorm) {
    return everything(kind.with(0.8, new AdamWOptions(0.7, 0.9, 1e-4, 0.1)), maxGradNorm);
  }

  static InnerOptions everything(Component<Optimiser> optimiser, double maxGradNorm) {
    return new InnerOptions(
        new UpdateOptions(optimiser, 0.05, Optional.of(0.2), maxGradNorm, Schedule.Decay.COSINE),
        1,
        12);
  }
}
