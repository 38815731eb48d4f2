package io.flexora.selector.flexora;

import io.flexora.testkit.SelectorSuite;

/** It gives each module a rank from 1 on, so that it takes all layers. */
class AutoloraSelectorSuiteTest extends SelectorSuite {

  @Override
  protected String configuration() {
    return """
    use: autolora
    outer_steps: 12
    alpha_learning_rate: 0.05
    solver:
      use: unrolled
      inner_steps: 2
      inner: {optimiser: {use: sgd, weight_decay: 0.5}, learning_rate: 0.05}
    """;
  }
}
