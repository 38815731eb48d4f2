package io.flexora.selector.fixed;

import io.flexora.testkit.SelectorSuite;

class EverySelectorSuiteTest extends SelectorSuite {

  @Override
  protected String configuration() {
    return "{use: every, stride: 3}";
  }
}
