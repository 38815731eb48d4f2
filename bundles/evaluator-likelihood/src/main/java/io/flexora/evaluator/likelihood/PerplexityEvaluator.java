package io.flexora.evaluator.likelihood;

import io.flexora.api.plugin.Doc;
import io.flexora.numerics.score.MetricSet;
import io.flexora.numerics.score.ScoringBatches;
import jakarta.inject.Inject;
import java.util.List;

/** Measures how likely the right answers are, token by token. */
@Doc("Measure loss for each token of the right answers, and perplexity (its exponential).")
final class PerplexityEvaluator extends LikelihoodEvaluator {

  @Inject
  PerplexityEvaluator(PerplexityOptions options) {
    super(
        ScoringBatches.ofTokens(options.maxBatchTokens()),
        new MetricSet(options.metrics(), List.of(), options.deciding()),
        options.generation());
  }
}
