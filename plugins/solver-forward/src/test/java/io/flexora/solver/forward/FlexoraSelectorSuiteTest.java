package io.flexora.solver.forward;

import io.flexora.testkit.SelectorSuite;

/** The search with this solver: it finds the layers, and goes on from any checkpoint. */
class FlexoraSelectorSuiteTest extends SelectorSuite {

  @Override
  protected String configuration() {
    return """
    use: flexora
    outer_steps: 150
    alpha_learning_rate: 0.05
    solver:
      use: forward
      inner_steps: 2
      max_gates: 8
      inner: {optimiser: {use: sgd, weight_decay: 0.5}, learning_rate: 0.05}
    """;
  }

  @Override
  protected boolean findsWhatMatters() {
    return true;
  }
}
