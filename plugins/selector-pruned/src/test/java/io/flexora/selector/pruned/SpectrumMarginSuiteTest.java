package io.flexora.selector.pruned;

import io.flexora.testkit.SelectorSuite;

class SpectrumMarginSuiteTest extends SelectorSuite {

  @Override
  protected String configuration() {
    return "{use: prune-trained, margin: 30, looks: 8}";
  }

  @Override
  protected boolean mayEndEarly() {
    return true;
  }
}
