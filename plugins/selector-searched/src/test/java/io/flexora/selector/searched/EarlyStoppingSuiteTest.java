package io.flexora.selector.searched;

import io.flexora.testkit.SelectorSuite;

/** The search over sets that ends when its choice has settled. */
class EarlyStoppingSuiteTest extends SelectorSuite {

  @Override
  protected String configuration() {
    return """
        use: random-search
        layers: 3
        trials: 50
        steps: 4
        early_stopping_patience: 6
        early_stopping_threshold: 0.2
        inner: {optimiser: sgd, learning_rate: 0.1}
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
