package io.flexora.optimiser.basic;

import io.flexora.testkit.OptimiserSuite;

class NesterovSuiteTest extends OptimiserSuite {

  @Override
  protected String configuration() {
    return "{use: nesterov, momentum: 0.8, weight_decay: 0.3}";
  }
}
