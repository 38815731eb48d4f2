package io.flexora.selector.scored;

import io.flexora.testkit.SelectorSuite;

class FisherSelectorSuiteTest extends SelectorSuite {

  @Override
  protected String configuration() {
    return "{use: fisher, layers: 3, examples: 12}";
  }

  @Override
  protected boolean findsWhatMatters() {
    return true;
  }
}
