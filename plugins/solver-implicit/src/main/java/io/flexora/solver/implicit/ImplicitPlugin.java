package io.flexora.solver.implicit;

import io.flexora.api.hpo.Solver;
import io.flexora.api.plugin.FlexoraModule;

/** The solver of this bundle. */
public final class ImplicitPlugin extends FlexoraModule {

  @Override
  protected void configure() {
    extension(Solver.class, "implicit", ImplicitOptions.class, ImplicitSolver.class);
  }
}
