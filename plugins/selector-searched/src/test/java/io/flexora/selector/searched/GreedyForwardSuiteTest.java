package io.flexora.selector.searched;

import io.flexora.testkit.SelectorSuite;

class GreedyForwardSuiteTest extends SelectorSuite {

  @Override
  protected String configuration() {
    return """
        use: greedy-forward
        layers: 3
        steps: 4
        inner: {optimiser: sgd, learning_rate: 0.1}
        """;
  }

  @Override
  protected boolean findsWhatMatters() {
    return true;
  }
}
