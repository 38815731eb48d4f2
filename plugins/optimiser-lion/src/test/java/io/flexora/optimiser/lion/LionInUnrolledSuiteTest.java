package io.flexora.optimiser.lion;

import io.flexora.testkit.SolverSuite;

/** Solvers differentiate through its steps as through any other's. */
class LionInUnrolledSuiteTest extends SolverSuite {

  @Override
  protected String configuration() {
    return """
    use: unrolled
    inner_steps: 3
    inner: {optimizer: {use: lion, weight_decay: 0.1}, learning_rate: 0.003}
    """;
  }
}
