package io.flexora.selector.scored;

import io.flexora.testkit.SelectorSuite;

class GradientNormSelectorSuiteTest extends SelectorSuite {

  @Override
  protected String configuration() {
    return "{use: gradient-norm, layers: 3}";
  }

  @Override
  protected boolean findsWhatMatters() {
    return true;
  }
}
