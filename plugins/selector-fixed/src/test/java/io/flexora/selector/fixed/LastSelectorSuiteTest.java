package io.flexora.selector.fixed;

import io.flexora.testkit.SelectorSuite;

class LastSelectorSuiteTest extends SelectorSuite {

  @Override
  protected String configuration() {
    return "last";
  }
}
