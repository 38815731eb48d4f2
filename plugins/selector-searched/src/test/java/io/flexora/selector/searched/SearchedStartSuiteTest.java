package io.flexora.selector.searched;

import io.flexora.testkit.SelectorSuite;

/** Where the training begins at the values of the search. */
class SearchedStartSuiteTest extends SelectorSuite {

  @Override
  protected String configuration() {
    return """
        use: random-search
        layers: 3
        trials: 12
        steps: 1
        start: search
        inner: {optimiser: sgd, learning_rate: 0.1}
        """;
  }
}
