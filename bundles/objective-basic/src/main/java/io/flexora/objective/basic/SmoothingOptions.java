package io.flexora.objective.basic;

import io.flexora.api.plugin.Option;

/** The smoothing of labels. */
record SmoothingOptions(
    @Option(
            doc =
                "Label smoothing: this much of a label's probability is spread evenly over all"
                    + " tokens (answer), answers (choices) or classes (a head), as by label_smoothing"
                    + " of PyTorch's cross-entropy; of validation losses, too.",
            byDefault = "0",
            min = 0,
            max = 0.99,
            aliases = {"label_smoothing_factor"})
        double labelSmoothing) {}
