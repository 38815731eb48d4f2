package io.flexora.comparison;

import io.flexora.api.plugin.Option;

/**
 * The margin within which a comparison tests strategies for being as good as the baseline.
 *
 * @since 0.1
 */
public record EquivalenceOptions(
    @Option(
            doc =
                "The difference that does not matter, in units of the deciding metric: 0.005 is half a"
                    + " percentage point of an accuracy. Choose it before you see results.",
            min = 0,
            minExclusive = true)
        double margin) {}
