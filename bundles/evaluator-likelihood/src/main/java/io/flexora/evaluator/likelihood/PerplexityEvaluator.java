package io.flexora.evaluator.likelihood;

import io.flexora.api.plugin.Doc;
import jakarta.inject.Inject;
import java.util.List;

/** Measures how likely the right answers are, token by token. */
@Doc("Measure loss for each token of the right answers, and perplexity (its exponential).")
final class PerplexityEvaluator extends LikelihoodEvaluator {

  @Inject
  PerplexityEvaluator(PerplexityOptions options) {
    super(options.likelihood(), List.of());
  }
}
