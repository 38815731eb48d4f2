package io.flexora.solver.implicit;

import io.flexora.testkit.SolverSuite;

/** A Neumann series of its first term alone. */
class SingleTermSuiteTest extends SolverSuite {

  @Override
  protected String configuration() {
    return "{use: implicit, method: neumann, iterations: 0, inner: {optimiser: sgd, learning_rate:"
        + " 0.05}}";
  }

  @Override
  protected boolean exact() {
    return false;
  }
}
