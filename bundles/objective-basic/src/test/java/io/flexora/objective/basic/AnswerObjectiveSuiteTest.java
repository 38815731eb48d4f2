package io.flexora.objective.basic;

import io.flexora.testkit.ObjectiveSuite;

class AnswerObjectiveSuiteTest extends ObjectiveSuite {

  @Override
  protected String configuration() {
    return "answer";
  }
}
