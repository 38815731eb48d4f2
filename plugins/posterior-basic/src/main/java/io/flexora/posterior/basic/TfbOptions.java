package io.flexora.posterior.basic;

import io.flexora.api.plugin.Option;

/** The options of {@link TfbPosterior}. */
record TfbOptions(
    @Option(doc = "Number of weight samples.", byDefault = "10", min = 1) int samples,
    @Option(
            doc =
                "Highest relative change of the loss on the anchor examples, judged against the"
                    + " trained model's own predictions.",
            byDefault = "0.01",
            min = 0,
            minExclusive = true)
        double tolerance,
    @Option(
            doc = "First upper bound of the search for sigma; doubled while the change allows it.",
            byDefault = "0.2",
            min = 0,
            minExclusive = true)
        double sigma,
    @Option(doc = "Number of bisections of sigma.", byDefault = "12", min = 1) int steps,
    @Option(
            doc = "Number of training examples that serve as anchors, the first ones.",
            byDefault = "200",
            min = 1)
        int anchors) {}
