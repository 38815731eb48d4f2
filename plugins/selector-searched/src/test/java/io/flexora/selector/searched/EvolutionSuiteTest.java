package io.flexora.selector.searched;

import io.flexora.testkit.SelectorSuite;

class EvolutionSuiteTest extends SelectorSuite {

  @Override
  protected String configuration() {
    return """
        use: evolution
        layers: same
        population: 8
        generations: 4
        steps: 3
        rungs: 2
        inner: {optimiser: sgd, learning_rate: 0.1}
        """;
  }

  @Override
  protected boolean findsWhatMatters() {
    return true;
  }
}
