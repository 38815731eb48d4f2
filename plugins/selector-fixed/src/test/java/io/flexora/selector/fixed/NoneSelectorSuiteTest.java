package io.flexora.selector.fixed;

import io.flexora.testkit.SelectorSuite;

class NoneSelectorSuiteTest extends SelectorSuite {

  @Override
  protected String configuration() {
    return "none";
  }
}
