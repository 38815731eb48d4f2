package io.flexora.solver.hessianfree;

import io.flexora.testkit.SolverSuite;

class RichardsonSuiteTest extends SolverSuite {

  @Override
  protected String configuration() {
    return "{use: penalty, inner_steps: 2, richardson: true, restart: true, inner: {optimiser: sgd,"
        + " learning_rate: 0.05}}";
  }

  @Override
  protected boolean exact() {
    return false;
  }
}
