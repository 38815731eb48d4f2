package io.flexora.selector.fixed;

import io.flexora.testkit.SelectorSuite;

class MidBlockSelectorSuiteTest extends SelectorSuite {

  @Override
  protected String configuration() {
    return "mid-block";
  }
}
