package io.flexora.evaluator.classification;

import io.flexora.testkit.EvaluatorSuite;

class ClassificationEvaluatorSuiteTest extends EvaluatorSuite {

  @Override
  protected String configuration() {
    return "{use: classification, batch_size: 32}";
  }
}
