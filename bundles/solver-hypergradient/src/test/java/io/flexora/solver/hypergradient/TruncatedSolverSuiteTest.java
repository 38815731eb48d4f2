package io.flexora.solver.hypergradient;

import io.flexora.testkit.SolverSuite;

class TruncatedSolverSuiteTest extends SolverSuite {

  @Override
  protected String configuration() {
    return "{use: truncated, inner_steps: 4, truncation: 2, inner: {learning_rate: 0.02}}";
  }

  @Override
  protected boolean exact() {
    return false;
  }
}
