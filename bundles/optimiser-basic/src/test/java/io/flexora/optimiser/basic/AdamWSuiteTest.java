package io.flexora.optimiser.basic;

import io.flexora.testkit.OptimiserSuite;

class AdamWSuiteTest extends OptimiserSuite {

  @Override
  protected String configuration() {
    return "{use: adamw, adam_beta1: 0.8, weight_decay: 0.3}";
  }
}
