package io.flexora.optimiser.lion;

import io.flexora.testkit.OptimiserSuite;

class LionSuiteTest extends OptimiserSuite {

  @Override
  protected String configuration() {
    return "{use: lion, weight_decay: 0.3}";
  }
}
