package io.flexora.solver.implicit;

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
      use: implicit
      inner_steps: 2
      iterations: 4
      damping: 0.01
      inner: {optimiser: {use: sgd}, learning_rate: 0.05, max_grad_norm: 1}
    """;
  }

  @Override
  protected boolean findsWhatMatters() {
    return true;
  }
}
