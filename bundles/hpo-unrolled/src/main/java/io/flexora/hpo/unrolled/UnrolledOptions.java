package io.flexora.hpo.unrolled;

import io.flexora.api.plugin.Option;
import java.util.Optional;

/** The options of {@code unrolled}. */
public record UnrolledOptions(
    @Option(
            doc = "optimiser steps on theta in one step on the gates",
            byDefault = "1",
            min = 0,
            aliases = "unroll_steps")
        int innerSteps,
    @Option(doc = "how theta is trained while the gates are searched", byDefault = "{}")
        InnerOptions inner,
    @Option(
            doc =
                "how many of the inner steps, counted from the last, are differentiated through;"
                    + " all of them when not written",
            min = 0)
        Optional<Integer> truncation,
    @Option(
            doc =
                "second-order products: exact by a second backward pass, or finite-differences of"
                    + " two gradients (needs float32 compute)",
            byDefault = "exact")
        Products products,
    @Option(
            doc =
                "train theta from its initial values again in each step on the gates instead of"
                    + " going on from where it is",
            byDefault = "false")
        boolean restart) {}
