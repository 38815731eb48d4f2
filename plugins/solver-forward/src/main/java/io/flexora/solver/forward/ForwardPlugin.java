package io.flexora.solver.forward;

import io.flexora.api.hpo.Solver;
import io.flexora.api.plugin.FlexoraModule;

/** The solver of this bundle. */
public final class ForwardPlugin extends FlexoraModule {

  @Override
  protected void configure() {
    extension(Solver.class, "forward", ForwardOptions.class, ForwardSolver.class);
  }
}
