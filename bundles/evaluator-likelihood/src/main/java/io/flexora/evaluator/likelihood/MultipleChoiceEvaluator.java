package io.flexora.evaluator.likelihood;

import io.flexora.api.plugin.Doc;
import jakarta.inject.Inject;

/**
 * Takes the most likely choice as the model's answer, as lm-evaluation-harness does. Where several
 * choices are right, any of them counts.
 */
@Doc(
    "Score the log-likelihood of each choice, and measure acc, acc_norm and acc_bytes as"
        + " lm-evaluation-harness defines them, and loss, or what you name. Any of several right"
        + " choices counts as right. Questions that all have the same choices are measured by mcc"
        + " too, and by f1 where there are two, the second of which is the positive one.")
final class MultipleChoiceEvaluator extends LikelihoodEvaluator {

  @Inject
  MultipleChoiceEvaluator(MultipleChoiceOptions options) {
    super(options.likelihood(), options.optionalMetrics());
  }
}
