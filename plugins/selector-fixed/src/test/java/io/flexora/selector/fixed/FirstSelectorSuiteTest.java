package io.flexora.selector.fixed;

import io.flexora.testkit.SelectorSuite;

class FirstSelectorSuiteTest extends SelectorSuite {

  @Override
  protected String configuration() {
    return "{use: first, layers: 1}";
  }
}
