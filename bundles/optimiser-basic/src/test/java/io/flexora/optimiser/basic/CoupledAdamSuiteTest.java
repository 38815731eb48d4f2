package io.flexora.optimiser.basic;

import io.flexora.testkit.OptimiserSuite;

class CoupledAdamSuiteTest extends OptimiserSuite {

  @Override
  protected String configuration() {
    return "{use: adamw, weight_decay: 0.3, decoupled_weight_decay: false}";
  }
}
