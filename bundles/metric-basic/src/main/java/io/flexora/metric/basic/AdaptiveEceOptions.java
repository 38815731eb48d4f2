package io.flexora.metric.basic;

import io.flexora.api.plugin.Option;

/** The options of {@link CalibrationError.Adaptive}. */
public record AdaptiveEceOptions(
    @Option(doc = "Bins of equal numbers of examples.", byDefault = "15", min = 1) int bins) {}
