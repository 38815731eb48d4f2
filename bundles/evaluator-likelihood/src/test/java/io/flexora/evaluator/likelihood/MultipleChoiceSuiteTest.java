package io.flexora.evaluator.likelihood;

import io.flexora.testkit.EvaluatorSuite;

class MultipleChoiceSuiteTest extends EvaluatorSuite {

  @Override
  protected String configuration() {
    return "{use: multiple_choice, max_batch_tokens: 512, decided_by: acc_norm}";
  }
}
