package io.flexora.objective.preference;

import io.flexora.api.evaluate.Evaluator;
import io.flexora.testkit.EvaluatorSuite;
import java.util.Optional;

/** The suite's model has no scores without adapters, so the rewards are those for each token. */
class PreferenceEvaluatorSuiteTest extends EvaluatorSuite {

  private static final String REWARDS =
      "{use: preference, reference: false, max_batch_tokens: 512, metrics: [%s]}";

  @Override
  protected String configuration() {
    return REWARDS.formatted("acc");
  }

  @Override
  protected Optional<Evaluator> comparing() {
    return Optional.of(
        extension(Evaluator.class, REWARDS.formatted("ood_auroc"), host().services(SEED)));
  }
}
