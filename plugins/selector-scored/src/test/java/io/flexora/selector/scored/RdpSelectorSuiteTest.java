package io.flexora.selector.scored;

import io.flexora.testkit.SelectorSuite;

class RdpSelectorSuiteTest extends SelectorSuite {

  @Override
  protected String configuration() {
    return "{use: rdp, layers: 3, examples: 12}";
  }
}
