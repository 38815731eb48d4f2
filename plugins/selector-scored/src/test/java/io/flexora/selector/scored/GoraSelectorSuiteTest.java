package io.flexora.selector.scored;

import io.flexora.testkit.SelectorSuite;

class GoraSelectorSuiteTest extends SelectorSuite {

  @Override
  protected String configuration() {
    return "{use: gora, layers_together: 3}";
  }
}
