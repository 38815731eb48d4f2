package io.flexora.solver.hypergradient;

import io.flexora.testkit.SolverSuite;

class MomentumSolverSuiteTest extends SolverSuite {

  @Override
  protected String configuration() {
    return "{use: unrolled, inner_steps: 2, inner: {optimiser: momentum, learning_rate: 0.02}}";
  }
}
