package io.flexora.selector.pruned;

import io.flexora.testkit.SelectorSuite;

class GatesMarginSuiteTest extends SelectorSuite {

  @Override
  protected String configuration() {
    return "{use: prune-trained, rule: gates, grain: component, margin: 1}";
  }

  @Override
  protected boolean mayEndEarly() {
    return true;
  }
}
