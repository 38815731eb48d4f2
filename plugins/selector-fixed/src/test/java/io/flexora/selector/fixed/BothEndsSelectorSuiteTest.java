package io.flexora.selector.fixed;

import io.flexora.testkit.SelectorSuite;

class BothEndsSelectorSuiteTest extends SelectorSuite {

  @Override
  protected String configuration() {
    return "both-ends";
  }
}
