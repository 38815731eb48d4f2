package io.flexora.selector.scored;

import io.flexora.testkit.SelectorSuite;

class HiddenChangeSelectorSuiteTest extends SelectorSuite {

  @Override
  protected String configuration() {
    return "{use: hidden-change, layers: 3}";
  }

  @Override
  protected boolean findsWhatMatters() {
    return true;
  }
}
