package io.flexora.solver.hypergradient;

import io.flexora.api.hpo.Solver;
import io.flexora.api.plugin.FlexoraModule;

/** The solvers of this bundle. */
public final class HypergradientPlugin extends FlexoraModule {

  @Override
  protected void configure() {
    extension(Solver.class, "unrolled", UnrolledOptions.class, UnrolledSolver.class);
    extension(Solver.class, "truncated", TruncatedOptions.class, TruncatedSolver.class);
    extension(Solver.class, "darts", DartsOptions.class, DartsSolver.class);
    extension(Solver.class, "first-order", FirstOrderOptions.class, FirstOrderSolver.class);
  }
}
