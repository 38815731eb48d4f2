package io.flexora.solver.forward;

import io.flexora.testkit.SolverSuite;

class RandomDirectionsSuiteTest extends SolverSuite {

  @Override
  protected String configuration() {
    return "{use: forward, inner_steps: 2, directions: 2, inner: {learning_rate: 0.02}}";
  }

  @Override
  protected boolean exact() {
    return false;
  }
}
