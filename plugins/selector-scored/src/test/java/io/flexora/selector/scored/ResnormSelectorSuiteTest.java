package io.flexora.selector.scored;

import io.flexora.testkit.SelectorSuite;

class ResnormSelectorSuiteTest extends SelectorSuite {

  @Override
  protected String configuration() {
    return "{use: resnorm, layers: 3, examples: 24, layers_together: 3}";
  }
}
