package io.flexora.selector.dynamic;

import io.flexora.testkit.SelectorSuite;

class BadamSelectorSuiteTest extends SelectorSuite {

  @Override
  protected String configuration() {
    return "{use: badam, block_layers: 3, order: random}";
  }
}
