package io.flexora.selector.fixed;

import io.flexora.testkit.SelectorSuite;

class AllAtRankSuiteTest extends SelectorSuite {

  @Override
  protected String configuration() {
    return "{use: all, rank: 2}";
  }
}
