package io.flexora.selector.searched;

import io.flexora.testkit.SelectorSuite;

class RandomSearchSuiteTest extends SelectorSuite {

  @Override
  protected String configuration() {
    return """
        use: random-search
        layers: 3
        trials: 20
        steps: 4
        inner: {optimiser: sgd, learning_rate: 0.1}
        """;
  }

  @Override
  protected boolean findsWhatMatters() {
    return true;
  }
}
