package io.flexora.selector.scored;

import io.flexora.testkit.SelectorSuite;

class FimSelectorSuiteTest extends SelectorSuite {

  @Override
  protected String configuration() {
    return "{use: fim, batches: 6}";
  }
}
