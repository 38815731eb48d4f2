package io.flexora.selector.pruned;

import io.flexora.testkit.SelectorSuite;

class RandomSuiteTest extends SelectorSuite {

  @Override
  protected String configuration() {
    return "{use: prune-trained, rule: random, layers: 3}";
  }

  @Override
  protected boolean dependsOnSeed() {
    return true;
  }
}
