package io.flexora.objective.preference;

import io.flexora.testkit.ObjectiveSuite;

class SimpoObjectiveSuiteTest extends ObjectiveSuite {

  @Override
  protected String configuration() {
    return "simpo";
  }

  @Override
  protected int choices() {
    return 2;
  }
}
