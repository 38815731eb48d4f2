package io.flexora.evaluator.classification;

import io.flexora.api.evaluate.Evaluator;
import io.flexora.api.plugin.FlexoraModule;

/** Declares the evaluator {@code classification}. */
public final class ClassificationEvaluatorPlugin extends FlexoraModule {
  @Override
  protected void configure() {
    extension(
        Evaluator.class,
        "classification",
        ClassificationEvaluator.Options.class,
        ClassificationEvaluator.class);
  }
}
