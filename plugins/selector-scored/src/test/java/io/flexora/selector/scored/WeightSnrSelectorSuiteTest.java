package io.flexora.selector.scored;

import io.flexora.testkit.SelectorSuite;

class WeightSnrSelectorSuiteTest extends SelectorSuite {

  @Override
  protected String configuration() {
    return "{use: weight-snr, layers: 3}";
  }

  @Override
  protected boolean findsWhatMatters() {
    return true;
  }
}
