package io.flexora.objective.basic;

import io.flexora.testkit.ObjectiveSuite;

class ChoicesObjectiveSuiteTest extends ObjectiveSuite {

  @Override
  protected String configuration() {
    return "choices";
  }
}
