package io.flexora.objective.preference;

import io.flexora.testkit.ObjectiveSuite;

class DpoObjectiveSuiteTest extends ObjectiveSuite {

  @Override
  protected String configuration() {
    return "{use: dpo, beta: 0.3, label_smoothing: 0.1, sft_weight: 0.2}";
  }

  @Override
  protected int choices() {
    return 2;
  }
}
