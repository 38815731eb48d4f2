package io.flexora.objective.preference;

import io.flexora.testkit.ObjectiveSuite;

class OrpoObjectiveSuiteTest extends ObjectiveSuite {

  @Override
  protected String configuration() {
    return "orpo";
  }

  @Override
  protected int choices() {
    return 2;
  }
}
