package io.flexora.solver.hypergradient;

import io.flexora.api.plugin.Option;
import io.flexora.numerics.bilevel.InnerOptions;
import io.flexora.numerics.bilevel.InnerTraining;
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
                "keep the state before every so many inner steps only, and take the steps between"
                    + " again on the way back: less memory for about one more training gradient a"
                    + " step, and bit for bit the same result. About the root of inner_steps needs"
                    + " the least memory; when not written, each step is kept",
            min = 1)
        Optional<Integer> checkpointEvery,
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
        boolean restart) {

  OuterStep outer() {
    InnerTraining training = new InnerTraining(inner, innerSteps, restart);
    int segment = checkpointEvery.orElse(Integer.MAX_VALUE);
    return new OuterStep(training, innerSteps, segment, products, Optional.empty());
  }
}
