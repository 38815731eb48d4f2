package io.flexora.selector.scored;

import io.flexora.testkit.SelectorSuite;

class SnipSelectorSuiteTest extends SelectorSuite {

  @Override
  protected String configuration() {
    return "{use: snip, layers: 3, warmup_steps: 4, inner: {learning_rate: 0.01}}";
  }

  @Override
  protected boolean findsWhatMatters() {
    return true;
  }
}
