package io.flexora.objective.preference;

import io.flexora.api.plugin.Option;

/** The options of {@link DpoObjective}. */
public record DpoOptions(
    @Option(
            doc = "How strongly the model is held to the one without adapters: larger for more.",
            byDefault = "0.1",
            min = 0,
            minExclusive = true,
            aliases = "pref_beta")
        double beta,
    @Option(
            doc = "Share of pairs taken to be the wrong way round (conservative DPO).",
            byDefault = "0",
            min = 0,
            max = 0.5,
            aliases = "dpo_label_smoothing")
        double labelSmoothing,
    @Option(
            doc = "Weight of the cross-entropy of the chosen answer, added to the loss.",
            byDefault = "0",
            min = 0,
            aliases = "pref_ftx")
        double sftWeight) {}
