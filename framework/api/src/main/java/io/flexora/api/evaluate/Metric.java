package io.flexora.api.evaluate;

/**
 * A measured number with its uncertainty.
 *
 * @param value the number
 * @param standardError the standard error of the mean over the examples; NaN if there is none
 * @since 0.1
 */
public record Metric(double value, double standardError) {}
