package io.flexora.solver.implicit;

import io.flexora.testkit.SolverSuite;

/** The fifth step, which the suite looks at, uses the sketch of the third. */
class ReusedSketchSuiteTest extends SolverSuite {

  @Override
  protected String configuration() {
    return "{use: nystrom, rank: 3, refresh_every: 3, sketch: columns, damping: 2, inner:"
        + " {learning_rate: 0.02}}";
  }

  @Override
  protected boolean exact() {
    return false;
  }

  @Override
  protected boolean mayEndEarly() {
    return true;
  }
}
