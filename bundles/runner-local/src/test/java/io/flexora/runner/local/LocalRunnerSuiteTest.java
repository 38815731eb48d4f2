package io.flexora.runner.local;

import io.flexora.testkit.RunnerSuite;

class LocalRunnerSuiteTest extends RunnerSuite {

  @Override
  protected String configuration() {
    return "local";
  }
}
