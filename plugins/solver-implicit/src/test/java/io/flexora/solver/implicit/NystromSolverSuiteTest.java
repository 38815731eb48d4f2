package io.flexora.solver.implicit;

import io.flexora.testkit.SolverSuite;

class NystromSolverSuiteTest extends SolverSuite {

  @Override
  protected String configuration() {
    return "{use: nystrom, rank: 3, damping: 2, inner: {optimiser: sgd, learning_rate: 0.05}}";
  }

  @Override
  protected boolean exact() {
    return false;
  }
}
