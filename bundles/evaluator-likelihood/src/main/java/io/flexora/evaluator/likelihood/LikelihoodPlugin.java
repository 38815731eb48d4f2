package io.flexora.evaluator.likelihood;

import io.flexora.api.evaluate.Evaluator;
import io.flexora.api.plugin.FlexoraModule;

/** Declares the evaluators {@code multiple_choice} and {@code perplexity}. */
public final class LikelihoodPlugin extends FlexoraModule {

  @Override
  protected void configure() {
    extension(
        Evaluator.class,
        "multiple_choice",
        MultipleChoiceOptions.class,
        MultipleChoiceEvaluator.class);
    extension(Evaluator.class, "perplexity", PerplexityOptions.class, PerplexityEvaluator.class);
  }
}
