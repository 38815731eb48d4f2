package io.flexora.solver.hypergradient;

import io.flexora.testkit.SolverSuite;

class DartsSolverSuiteTest extends SolverSuite {

  @Override
  protected String configuration() {
    return "{use: darts, inner: {optimiser: momentum, learning_rate: 0.02, weight_decay: 0.1}}";
  }
}
