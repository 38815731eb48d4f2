package io.flexora.selector.scored;

import io.flexora.testkit.SelectorSuite;

class OwsDrawnSelectorSuiteTest extends SelectorSuite {

  @Override
  protected String configuration() {
    return "{use: ows, layers: 3, examples: 8, outlier_ratio: 3, choice: drawn}";
  }

  @Override
  protected boolean dependsOnSeed() {
    return true;
  }
}
