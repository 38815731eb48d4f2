package io.flexora.solver.implicit;

import io.flexora.testkit.SolverSuite;

class CgSolverSuiteTest extends SolverSuite {

  @Override
  protected String configuration() {
    return "{use: implicit, method: cg, inner: {optimiser: sgd, learning_rate: 0.05}}";
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
