package io.flexora.comparison.setup;

import io.flexora.api.plugin.Option;
import java.util.Optional;

/**
 * The margin within which a comparison tests strategies for being as good as the baseline, or as
 * another one of them.
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
        double margin,
    @Option(
            doc =
                "The strategy that the others are tested against within the margin, with +ADAPTER and"
                    + " +TRAINER where these are compared: the one with all layers, say, where fewer"
                    + " parameters are to lose no more than the margin. Default: the baseline.")
        Optional<String> against) {}
