package io.flexora.optimiser.basic;

import io.flexora.testkit.OptimiserSuite;

class SgdSuiteTest extends OptimiserSuite {

  @Override
  protected String configuration() {
    return "{use: sgd, weight_decay: 0.3}";
  }
}
