package io.flexora.objective.preference;

import io.flexora.api.plugin.Option;

/** The options of {@link OrpoObjective}. */
public record OrpoOptions(
    @Option(
            doc = "Weight of the odds ratio beside the cross-entropy of prompt and chosen answer.",
            byDefault = "0.1",
            min = 0,
            minExclusive = true,
            aliases = "pref_beta")
        double beta) {}
