package io.flexora.evaluator.likelihood;

import io.flexora.api.evaluate.Metric;
import io.flexora.api.plugin.Component;
import io.flexora.api.plugin.Inline;
import io.flexora.api.plugin.Option;
import java.util.List;

/** The options of {@link MultipleChoiceEvaluator}. */
public record MultipleChoiceOptions(
    @Inline LikelihoodOptions likelihood,
    @Option(
            doc = "Further metrics, which are left out where they do not fit the examples.",
            byDefault = "[mcc, f1]")
        List<Component<Metric>> optionalMetrics) {

  /** Copies the list. */
  public MultipleChoiceOptions {
    optionalMetrics = List.copyOf(optionalMetrics);
  }
}
