package io.flexora.selector.scored;

import io.flexora.testkit.SelectorSuite;

class OwsRedrawnSelectorSuiteTest extends SelectorSuite {

  @Override
  protected String configuration() {
    return "{use: ows, layers: 3, examples: 8, outlier_ratio: 3, choice: redrawn, interval: 5}";
  }
}
