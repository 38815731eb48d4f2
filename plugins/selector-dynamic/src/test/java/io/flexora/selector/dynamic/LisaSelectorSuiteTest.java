package io.flexora.selector.dynamic;

import io.flexora.testkit.SelectorSuite;

class LisaSelectorSuiteTest extends SelectorSuite {

  @Override
  protected String configuration() {
    return "{use: lisa, layers: same}";
  }
}
