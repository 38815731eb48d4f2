package io.flexora.comparison.analysis;

/**
 * The margin within which strategies are tested for being as good as another one.
 *
 * @param margin in units of the deciding metric
 * @param where where it was written
 * @since 0.1
 */
public record EquivalenceMargin(double margin, String where) {}
