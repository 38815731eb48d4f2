package io.flexora.solver.hessianfree;

import io.flexora.testkit.SolverSuite;

class PenaltySolverSuiteTest extends SolverSuite {

  @Override
  protected String configuration() {
    return "{use: penalty, inner_steps: 3, penalty: 5, penalty_growth: 0.5, inner: {learning_rate:"
        + " 0.02}}";
  }

  @Override
  protected boolean exact() {
    return false;
  }
}
