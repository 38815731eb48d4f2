package io.flexora.objective.preference;

import io.flexora.api.evaluate.Metric;
import io.flexora.api.plugin.Component;
import io.flexora.api.plugin.Option;
import java.util.List;
import java.util.Optional;

/** The options of {@link PreferenceEvaluator}. */
public record PreferenceEvaluatorOptions(
    @Option(
            doc =
                "Scale of the rewards: the log-likelihood of an answer less that without adapters,"
                    + " times this. It changes neither accuracy nor order.",
            byDefault = "0.1",
            min = 0,
            minExclusive = true,
            aliases = "pref_beta")
        double beta,
    @Option(
            doc =
                "Compare with the model without adapters, as dpo and ipo do. Otherwise the reward is"
                    + " the log-likelihood for each token times beta, as for orpo and simpo.",
            byDefault = "true")
        boolean reference,
    @Option(
            doc =
                "Maximum number of tokens scored in one pass, including padding. It affects"
                    + " time and memory, not the results.",
            byDefault = "4096",
            min = 1)
        int maxBatchTokens,
    @Option(doc = "The metrics to compute, from rewards as scores.", byDefault = "[rewards]")
        List<Component<Metric>> metrics,
    @Option(
            doc = "The primary metric, which decides between models. Default: the first.",
            aliases = "decided_by")
        Optional<String> deciding) {

  /** Copies the list. */
  public PreferenceEvaluatorOptions {
    metrics = List.copyOf(metrics);
  }
}
