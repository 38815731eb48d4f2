package io.flexora.task.classification;

import io.flexora.testkit.TaskSuite;

class ClassificationTaskSuiteTest extends TaskSuite {

  @Override
  protected String configuration() {
    return "classification";
  }
}
