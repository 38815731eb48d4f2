package io.flexora.solver.implicit;

import io.flexora.testkit.SolverSuite;

class NeumannSolverSuiteTest extends SolverSuite {

  @Override
  protected String configuration() {
    return "{use: implicit, method: neumann, inner: {optimiser: sgd, learning_rate: 0.05}}";
  }

  @Override
  protected boolean exact() {
    return false;
  }
}
