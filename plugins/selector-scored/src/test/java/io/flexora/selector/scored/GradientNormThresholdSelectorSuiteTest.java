package io.flexora.selector.scored;

import io.flexora.testkit.SelectorSuite;

/** Where the scores decide how many layers are kept. */
class GradientNormThresholdSelectorSuiteTest extends SelectorSuite {

  @Override
  protected String configuration() {
    return "{use: gradient-norm, threshold: 0.5}";
  }

  @Override
  protected boolean findsWhatMatters() {
    return true;
  }
}
