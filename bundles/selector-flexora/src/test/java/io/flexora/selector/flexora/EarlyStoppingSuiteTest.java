package io.flexora.selector.flexora;

import io.flexora.testkit.SelectorSuite;

/** The search that ends when its choice has settled. */
class EarlyStoppingSuiteTest extends SelectorSuite {

  @Override
  protected String configuration() {
    return """
    use: flexora
    outer_steps: 150
    alpha_learning_rate: 0.05
    early_stopping_patience: 10
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

  @Override
  protected boolean mayEndEarly() {
    return true;
  }
}
