package io.flexora.evaluator.likelihood;

import io.flexora.api.evaluate.Evaluator;
import io.flexora.testkit.EvaluatorSuite;
import java.util.Optional;

class MultipleChoiceSuiteTest extends EvaluatorSuite {

  @Override
  protected String configuration() {
    return "{use: multiple_choice, max_batch_tokens: 512, decided_by: acc_norm}";
  }

  @Override
  protected Optional<Evaluator> comparing() {
    return Optional.of(
        extension(
            Evaluator.class,
            "{use: multiple_choice, metrics: [acc, ood_auroc]}",
            host().services(SEED)));
  }
}
