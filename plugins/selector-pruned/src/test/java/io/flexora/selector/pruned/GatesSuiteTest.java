package io.flexora.selector.pruned;

import io.flexora.testkit.SelectorSuite;

class GatesSuiteTest extends SelectorSuite {

  @Override
  protected String configuration() {
    return "{use: prune-trained, rule: gates, layers: 3}";
  }

  @Override
  protected boolean findsWhatMatters() {
    return true;
  }
}
