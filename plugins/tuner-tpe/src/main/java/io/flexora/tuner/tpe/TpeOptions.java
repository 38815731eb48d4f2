package io.flexora.tuner.tpe;

import io.flexora.api.plugin.Option;

/** The options of {@code tpe}, by the names of Optuna. */
public record TpeOptions(
    @Option(
            doc =
                "Random trials before the first model, including that of the default values;"
                    + " the others may run in parallel.",
            byDefault = "10",
            min = 2)
        int startupTrials,
    @Option(
            doc = "How many candidates are drawn, of which the most promising is tried.",
            byDefault = "24",
            min = 1)
        int eiCandidates) {}
