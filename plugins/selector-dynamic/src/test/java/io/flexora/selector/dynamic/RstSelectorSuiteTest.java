package io.flexora.selector.dynamic;

import io.flexora.testkit.SelectorSuite;

class RstSelectorSuiteTest extends SelectorSuite {

  @Override
  protected String configuration() {
    return "rst";
  }
}
