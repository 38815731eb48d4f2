package io.flexora.selector.pruned;

import io.flexora.testkit.SelectorSuite;

class BackwardMarginSuiteTest extends SelectorSuite {

  @Override
  protected String configuration() {
    return "{use: prune-trained, rule: backward, margin: 1}";
  }

  @Override
  protected boolean findsWhatMatters() {
    return true;
  }

  @Override
  protected boolean mayEndEarly() {
    return true;
  }
}
