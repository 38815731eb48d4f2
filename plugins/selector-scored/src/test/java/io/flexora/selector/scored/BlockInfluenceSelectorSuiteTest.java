package io.flexora.selector.scored;

import io.flexora.testkit.SelectorSuite;

class BlockInfluenceSelectorSuiteTest extends SelectorSuite {

  @Override
  protected String configuration() {
    return "{use: block-influence, layers: 3, examples: 12}";
  }

  @Override
  protected boolean findsWhatMatters() {
    return true;
  }
}
