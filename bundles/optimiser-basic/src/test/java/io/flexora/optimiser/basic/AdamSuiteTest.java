package io.flexora.optimiser.basic;

import io.flexora.testkit.OptimiserSuite;

class AdamSuiteTest extends OptimiserSuite {

  @Override
  protected String configuration() {
    return "adamw";
  }
}
