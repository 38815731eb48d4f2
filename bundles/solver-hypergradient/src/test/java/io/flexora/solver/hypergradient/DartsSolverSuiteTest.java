package io.flexora.solver.hypergradient;

import io.flexora.testkit.SolverSuite;

class DartsSolverSuiteTest extends SolverSuite {

  @Override
  protected String configuration() {
    return "{use: darts, inner: {optimiser: {use: momentum, weight_decay: 0.1}, learning_rate:"
        + " 0.02}}";
  }
}
