package io.flexora.objective.preference;

import io.flexora.api.plugin.Option;

/** The options of {@link IpoObjective}. */
public record IpoOptions(
    @Option(
            doc = "How strongly the model is held to the one without adapters (tau in the paper).",
            byDefault = "0.1",
            min = 0,
            minExclusive = true,
            aliases = "pref_beta")
        double beta) {}
