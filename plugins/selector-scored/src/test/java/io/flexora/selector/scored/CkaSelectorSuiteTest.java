package io.flexora.selector.scored;

import io.flexora.testkit.SelectorSuite;

class CkaSelectorSuiteTest extends SelectorSuite {

  @Override
  protected String configuration() {
    return "{use: cka, layers: 3, examples: 48}";
  }

  @Override
  protected boolean findsWhatMatters() {
    return true;
  }
}
