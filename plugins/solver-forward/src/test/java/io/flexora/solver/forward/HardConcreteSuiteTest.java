package io.flexora.solver.forward;

import io.flexora.testkit.SelectorSuite;

/** Hard-concrete gates, learnt with this solver. */
class HardConcreteSuiteTest extends SelectorSuite {

  @Override
  protected String configuration() {
    return """
    use: flexora
    gates: hard-concrete
    penalty: 0.2
    outer_steps: 60
    alpha_learning_rate: 0.25
    solver:
      use: forward
      inner_steps: 2
      max_gates: 8
      inner: {optimiser: {use: sgd}, learning_rate: 0.05}
    """;
  }

  @Override
  protected boolean findsWhatMatters() {
    return true;
  }
}
