package io.flexora.selector.fixed;

import io.flexora.testkit.SelectorSuite;

class MiddleSelectorSuiteTest extends SelectorSuite {

  @Override
  protected String configuration() {
    return "middle";
  }
}
