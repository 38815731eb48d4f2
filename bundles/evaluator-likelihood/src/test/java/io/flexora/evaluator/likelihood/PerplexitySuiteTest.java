package io.flexora.evaluator.likelihood;

import io.flexora.api.evaluate.Evaluator;
import io.flexora.testkit.EvaluatorSuite;
import java.util.Optional;

class PerplexitySuiteTest extends EvaluatorSuite {

  @Override
  protected String configuration() {
    return "{use: perplexity, max_batch_tokens: 512}";
  }

  @Override
  protected Optional<Evaluator> comparing() {
    return Optional.of(
        extension(
            Evaluator.class, "{use: perplexity, metrics: [ood_auroc]}", host().services(SEED)));
  }
}
