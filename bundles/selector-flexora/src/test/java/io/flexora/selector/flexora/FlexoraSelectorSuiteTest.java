package io.flexora.selector.flexora;

import io.flexora.testkit.SelectorSuite;

class FlexoraSelectorSuiteTest extends SelectorSuite {

  @Override
  protected String configuration() {
    return """
    use: flexora
    outer_steps: 150
    alpha_learning_rate: 0.05
    solver:
      use: unrolled
      inner_steps: 2
      inner: {optimiser: {use: sgd, weight_decay: 0.5}, learning_rate: 0.05}
    """;
  }

  @Override
  protected boolean findsWhatMatters() {
    return true;
  }
}
