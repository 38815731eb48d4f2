package io.flexora.solver.hessianfree;

import io.flexora.api.hpo.Solver;
import io.flexora.api.plugin.FlexoraModule;

/** The solvers of this bundle. */
public final class HessianFreePlugin extends FlexoraModule {

  @Override
  protected void configure() {
    extension(Solver.class, "sama", SamaOptions.class, SamaSolver.class);
    extension(Solver.class, "penalty", PenaltyOptions.class, PenaltySolver.class);
    extension(Solver.class, "zero-order", ZeroOrderOptions.class, ZeroOrderSolver.class);
  }
}
