package io.flexora.solver.hypergradient;

import io.flexora.testkit.SolverSuite;

class FirstOrderSolverSuiteTest extends SolverSuite {

  @Override
  protected String configuration() {
    return "{use: first-order, inner_steps: 2, inner: {learning_rate: 0.02}}";
  }

  @Override
  protected boolean exact() {
    return false;
  }
}
