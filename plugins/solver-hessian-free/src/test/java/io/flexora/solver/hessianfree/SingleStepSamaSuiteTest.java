package io.flexora.solver.hessianfree;

import io.flexora.testkit.SolverSuite;

/** Of a single step, SAMA differentiates all that there is. */
class SingleStepSamaSuiteTest extends SolverSuite {

  @Override
  protected String configuration() {
    return "{use: sama, inner_steps: 1, restart: true, inner: {optimiser: sgd, learning_rate: 0.05}}";
  }
}
