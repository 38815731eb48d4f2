package io.flexora.solver.hypergradient;

import io.flexora.testkit.SolverSuite;

class UnrolledSolverSuiteTest extends SolverSuite {

  @Override
  protected String configuration() {
    return "{use: unrolled, inner_steps: 3, inner: {learning_rate: 0.02}}";
  }
}
