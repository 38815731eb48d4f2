package io.flexora.selector.dynamic;

import io.flexora.testkit.SelectorSuite;

class IstSelectorSuiteTest extends SelectorSuite {

  @Override
  protected String configuration() {
    return "ist";
  }
}
