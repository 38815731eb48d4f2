package io.flexora.comparison.analysis;

/**
 * The margin within which strategies are tested for being as good as another one.
 *
 * @param margin in units of the deciding metric
 * @param against the name of that other strategy, which may be the baseline
 * @param where where the margin was written
 * @since 0.1
 */
public record EquivalenceMargin(double margin, String against, String where) {}
