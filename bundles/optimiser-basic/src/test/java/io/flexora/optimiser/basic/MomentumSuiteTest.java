package io.flexora.optimiser.basic;

import io.flexora.testkit.OptimiserSuite;

class MomentumSuiteTest extends OptimiserSuite {

  @Override
  protected String configuration() {
    return "{use: momentum, momentum: 0.8, weight_decay: 0.3}";
  }
}
