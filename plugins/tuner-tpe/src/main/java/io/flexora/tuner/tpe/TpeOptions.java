package io.flexora.tuner.tpe;

import io.flexora.api.plugin.Option;

/** The options of {@code tpe}, by the names of Optuna. */
public record TpeOptions(
    @Option(
            doc =
                "Trials before there is a model, that of the default values included: the others of"
                    + " them are drawn at random and may run at the same time.",
            byDefault = "10",
            min = 2)
        int startupTrials,
    @Option(
            doc = "How many candidates are drawn, of which the most promising is tried.",
            byDefault = "24",
            min = 1)
        int eiCandidates) {}
