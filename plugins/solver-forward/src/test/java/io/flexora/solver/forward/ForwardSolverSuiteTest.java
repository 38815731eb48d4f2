package io.flexora.solver.forward;

import io.flexora.testkit.SolverSuite;

class ForwardSolverSuiteTest extends SolverSuite {

  @Override
  protected String configuration() {
    return "{use: forward, inner_steps: 3, inner: {learning_rate: 0.02, max_grad_norm: 0.5}}";
  }
}
