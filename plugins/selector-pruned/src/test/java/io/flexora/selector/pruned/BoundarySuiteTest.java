package io.flexora.selector.pruned;

import io.flexora.testkit.SelectorSuite;

class BoundarySuiteTest extends SelectorSuite {

  @Override
  protected String configuration() {
    return "{use: prune-trained, rule: boundary, layers: 5, finish: 3}";
  }
}
