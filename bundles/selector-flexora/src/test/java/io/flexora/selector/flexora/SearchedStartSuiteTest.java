package io.flexora.selector.flexora;

import io.flexora.testkit.SelectorSuite;

/** Where the training begins at the values of the search. */
class SearchedStartSuiteTest extends SelectorSuite {

  @Override
  protected String configuration() {
    return """
    use: flexora
    outer_steps: 12
    start: search
    solver: {use: first-order, inner_steps: 2, inner: {learning_rate: 0.05}}
    """;
  }
}
