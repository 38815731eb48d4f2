package io.flexora.selector.fixed;

import io.flexora.testkit.SelectorSuite;

class RandomSelectorSuiteTest extends SelectorSuite {

  @Override
  protected String configuration() {
    return "{use: random, layers: 2}";
  }

  @Override
  protected boolean dependsOnSeed() {
    return true;
  }
}
