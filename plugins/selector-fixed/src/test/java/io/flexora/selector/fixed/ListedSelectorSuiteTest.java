package io.flexora.selector.fixed;

import io.flexora.testkit.SelectorSuite;

class ListedSelectorSuiteTest extends SelectorSuite {

  @Override
  protected String configuration() {
    return "{use: layers, layers: [5, 0]}";
  }
}
