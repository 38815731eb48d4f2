package io.flexora.selector.pruned;

import io.flexora.testkit.SelectorSuite;

class SpectrumSuiteTest extends SelectorSuite {

  @Override
  protected String configuration() {
    return "{use: prune-trained, parameters: 37.5%}";
  }

  @Override
  protected boolean findsWhatMatters() {
    return true;
  }
}
