package io.flexora.solver.implicit;

import io.flexora.api.hpo.Solver;
import io.flexora.api.run.Seeds;
import io.flexora.numerics.bilevel.InnerOptions;
import io.flexora.numerics.optimiser.Schedule;
import io.flexora.numerics.optimiser.UpdateOptions;
import io.flexora.optimiser.basic.AdamWOptions;
import io.flexora.solver.hypergradient.Products;
import io.flexora.solver.hypergradient.UnrolledOptions;
import io.flexora.solver.hypergradient.UnrolledSolver;
import io.flexora.testkit.host.Extensions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Builds solvers; by default exact conjugate gradient at the theta that is given. */
final class Settings {

  int innerSteps;
  OptimiserKind optimiser = OptimiserKind.SGD;
  double learningRate = 0.1;
  double weightDecay;
  long seed = 7;
  Method method = Method.CG;
  int iterations = 50;
  double damping;
  double tolerance = 1e-14;
  Optional<Double> neumannStep = Optional.empty();
  Optional<NegativeCurvature> negativeCurvature = Optional.of(NegativeCurvature.REFUSE);

  /** What the solvers have warned of. */
  final List<String> warnings = new ArrayList<>();

  Solver implicit() {
    return new ImplicitSolver(
        new ImplicitOptions(
            innerSteps,
            inner(),
            method,
            iterations,
            damping,
            tolerance,
            neumannStep,
            negativeCurvature,
            false),
        warnings::add);
  }

  NystromSolver nystrom(int rank, Sketch sketch, int refreshEvery) {
    return new NystromSolver(
        nystromOptions(rank, sketch, refreshEvery), new Seeds(seed), warnings::add);
  }

  private NystromOptions nystromOptions(int rank, Sketch sketch, int refreshEvery) {
    return new NystromOptions(innerSteps, inner(), rank, sketch, damping, refreshEvery, false);
  }

  Solver unrolled(int steps) {
    UnrolledOptions options =
        new UnrolledOptions(steps, inner(), Optional.empty(), Products.EXACT, false, 1);
    return Extensions.of(UnrolledSolver.class, options);
  }

  private InnerOptions inner() {
    return new InnerOptions(
        new UpdateOptions(
            optimiser.with(0.8, new AdamWOptions(0.9, 0.999, 1e-8, weightDecay)),
            learningRate,
            Optional.empty(),
            0,
            Schedule.Decay.CONSTANT),
        0,
        0);
  }
}
