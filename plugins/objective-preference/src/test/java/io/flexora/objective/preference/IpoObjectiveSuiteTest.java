package io.flexora.objective.preference;

import io.flexora.testkit.ObjectiveSuite;

class IpoObjectiveSuiteTest extends ObjectiveSuite {

  @Override
  protected String configuration() {
    return "ipo";
  }

  @Override
  protected int choices() {
    return 2;
  }
}
