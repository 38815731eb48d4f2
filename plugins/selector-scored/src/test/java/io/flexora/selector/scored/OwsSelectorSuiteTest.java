package io.flexora.selector.scored;

import io.flexora.testkit.SelectorSuite;

/**
 * The suite plants directions in matrices, not outliers, so it cannot judge whether outliers are
 * found; {@link OwsSelectorTest} does.
 */
class OwsSelectorSuiteTest extends SelectorSuite {

  @Override
  protected String configuration() {
    return "{use: ows, layers: 3, examples: 8, outlier_ratio: 3}";
  }
}
