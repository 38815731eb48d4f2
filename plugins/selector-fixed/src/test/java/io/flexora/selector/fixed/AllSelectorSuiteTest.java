package io.flexora.selector.fixed;

import io.flexora.testkit.SelectorSuite;

class AllSelectorSuiteTest extends SelectorSuite {

  @Override
  protected String configuration() {
    return "all";
  }
}
