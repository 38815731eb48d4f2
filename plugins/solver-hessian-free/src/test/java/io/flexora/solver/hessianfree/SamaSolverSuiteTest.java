package io.flexora.solver.hessianfree;

import io.flexora.testkit.SolverSuite;

class SamaSolverSuiteTest extends SolverSuite {

  @Override
  protected String configuration() {
    return "{use: sama, inner_steps: 3, inner: {learning_rate: 0.02, max_grad_norm: 0.5}}";
  }

  @Override
  protected boolean exact() {
    return false;
  }
}
