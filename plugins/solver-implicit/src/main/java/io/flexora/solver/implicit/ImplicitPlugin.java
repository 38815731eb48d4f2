package io.flexora.solver.implicit;

import io.flexora.api.hpo.Solver;
import io.flexora.api.plugin.FlexoraModule;

/** The solvers of this bundle. */
public final class ImplicitPlugin extends FlexoraModule {

  @Override
  protected void configure() {
    extension(Solver.class, "implicit", ImplicitOptions.class, ImplicitSolver.class);
    extension(Solver.class, "nystrom", NystromOptions.class, NystromSolver.class);
  }
}
