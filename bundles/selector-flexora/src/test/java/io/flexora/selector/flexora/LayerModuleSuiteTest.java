package io.flexora.selector.flexora;

import io.flexora.testkit.SelectorSuite;

/** With a gate for each module of each layer, to a budget of parameters. */
class LayerModuleSuiteTest extends SelectorSuite {

  @Override
  protected String configuration() {
    return """
    use: flexora
    gate_layout: layer-module
    selection: budget
    parameters: 400
    outer_steps: 60
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
