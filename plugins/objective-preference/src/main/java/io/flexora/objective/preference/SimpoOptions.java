package io.flexora.objective.preference;

import io.flexora.api.plugin.Option;

/** The options of {@link SimpoObjective}. */
public record SimpoOptions(
    @Option(
            doc = "Scale of the log-likelihoods for each token.",
            byDefault = "2",
            min = 0,
            minExclusive = true,
            aliases = "pref_beta")
        double beta,
    @Option(
            doc = "Margin by which the chosen answer is to be preferred.",
            byDefault = "1",
            min = 0,
            aliases = "simpo_gamma")
        double gamma) {}
