package io.flexora.selector.pruned;

import io.flexora.testkit.SelectorSuite;

class GreedySuiteTest extends SelectorSuite {

  @Override
  protected String configuration() {
    return "{use: prune-trained, rule: backward, order: greedy, layers: 3}";
  }

  @Override
  protected boolean findsWhatMatters() {
    return true;
  }
}
