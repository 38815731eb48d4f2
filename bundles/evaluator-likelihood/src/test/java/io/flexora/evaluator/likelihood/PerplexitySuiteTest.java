package io.flexora.evaluator.likelihood;

import io.flexora.testkit.EvaluatorSuite;

class PerplexitySuiteTest extends EvaluatorSuite {

  @Override
  protected String configuration() {
    return "{use: perplexity, max_batch_tokens: 512}";
  }
}
