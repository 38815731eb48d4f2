package io.flexora.solver.hypergradient;

import io.flexora.testkit.SolverSuite;

class CheckpointedSolverSuiteTest extends SolverSuite {

  @Override
  protected String configuration() {
    return "{use: unrolled, inner_steps: 5, checkpoint_every: 2, inner: {learning_rate: 0.02}}";
  }
}
