package io.flexora.solver.hessianfree;

import io.flexora.testkit.SolverSuite;

class ZeroOrderSolverSuiteTest extends SolverSuite {

  @Override
  protected String configuration() {
    return "{use: zero-order, inner_steps: 2, directions: 3, inner: {learning_rate: 0.02}}";
  }

  @Override
  protected boolean exact() {
    return false;
  }
}
