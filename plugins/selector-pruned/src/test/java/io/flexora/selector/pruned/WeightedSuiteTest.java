package io.flexora.selector.pruned;

import io.flexora.testkit.SelectorSuite;

class WeightedSuiteTest extends SelectorSuite {

  @Override
  protected String configuration() {
    return "{use: prune-trained, weighted: true, weighting_examples: 16}";
  }
}
