package io.flexora.metric.basic;

import io.flexora.api.plugin.Option;

/** The options of {@link EceMetric}. */
public record EceOptions(
    @Option(
            doc = "Bins of equal width, each with its upper end: from 0 to 1/bins, and so on.",
            byDefault = "15",
            min = 1)
        int bins) {}
