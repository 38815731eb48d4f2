package io.flexora.solver.hessianfree;

import io.flexora.api.optimiser.Optimiser;
import io.flexora.api.plugin.Component;
import io.flexora.numerics.bilevel.InnerOptions;
import io.flexora.numerics.optimiser.Schedule;
import io.flexora.numerics.optimiser.UpdateOptions;
import io.flexora.optimiser.basic.AdamWOptions;
import io.flexora.testkit.fixture.problem.QuadraticBilevel;
import java.util.Optional;
import java.util.stream.IntStream;

/** A quadratic problem of 40 parameters, with eigenvalues of its Hessian from 0.1 to 1. */
final class Toy {

  static final double[] ALPHA = {0.4, -0.3, 0.2, 0.7, -0.5, 0.1};

  private static final int PARAMETERS = 40;

  private Toy() {}

  static QuadraticBilevel problem() {
    double[] eigenvalues =
        IntStream.range(0, PARAMETERS).mapToDouble(i -> Math.pow(10, -i / 39.0)).toArray();
    return new QuadraticBilevel(eigenvalues, 3);
  }

  static InnerOptions inner(OptimiserKind kind, double learningRate, double maxGradNorm) {
    return inner(kind, learningRate, maxGradNorm, 0);
  }

  static InnerOptions inner(
      OptimiserKind kind, double learningRate, double maxGradNorm, double weightDecay) {
    Component<Optimiser> optimiser =
        kind.with(0.8, new AdamWOptions(0.9, 0.999, 1e-8, weightDecay));
    return new InnerOptions(
        new UpdateOptions(
            optimiser, learningRate, Optional.empty(), maxGradNorm, Schedule.Decay.CONSTANT),
        0,
        0);
  }

  /** The distance over the length of what was expected. */
  static double error(double[] found, double[] expected) {
    double apart = 0;
    double whole = 0;
    for (int i = 0; i < found.length; i++) {
      apart += (found[i] - expected[i]) * (found[i] - expected[i]);
      whole += expected[i] * expected[i];
    }
    return Math.sqrt(apart / whole);
  }
}
