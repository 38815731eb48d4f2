package io.flexora.selector.pruned;

import io.flexora.testkit.SelectorSuite;

class FisherSuiteTest extends SelectorSuite {

  @Override
  protected String configuration() {
    return "{use: prune-trained, rule: fisher, layers: 3}";
  }

  @Override
  protected boolean findsWhatMatters() {
    return true;
  }
}
