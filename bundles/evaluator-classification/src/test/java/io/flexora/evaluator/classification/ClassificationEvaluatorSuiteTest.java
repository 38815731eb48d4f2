package io.flexora.evaluator.classification;

import io.flexora.api.evaluate.Evaluator;
import io.flexora.testkit.EvaluatorSuite;
import java.util.Optional;

class ClassificationEvaluatorSuiteTest extends EvaluatorSuite {

  @Override
  protected String configuration() {
    return "{use: classification, batch_size: 32}";
  }

  @Override
  protected Optional<Evaluator> comparing() {
    return Optional.of(
        extension(
            Evaluator.class,
            "{use: classification, batch_size: 32, metrics: [ood_auroc]}",
            host().services(SEED)));
  }
}
