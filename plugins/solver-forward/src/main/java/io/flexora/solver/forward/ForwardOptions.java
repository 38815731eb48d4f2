package io.flexora.solver.forward;

import io.flexora.api.plugin.Option;
import io.flexora.numerics.bilevel.InnerOptions;
import io.flexora.numerics.bilevel.InnerTraining;

/** The options of {@code forward}. */
public record ForwardOptions(
    @Option(doc = "optimiser steps on theta in one step on the gates", byDefault = "1", min = 0)
        int innerSteps,
    @Option(doc = "how theta is trained while the gates are searched", byDefault = "{}")
        InnerOptions inner,
    @Option(
            doc =
                "the most gates, which are the layers of the model, that are accepted; each takes a"
                    + " Hessian product in each inner step and an optimiser's state of memory",
            byDefault = "16",
            min = 1)
        int maxGates,
    @Option(
            doc =
                "train theta from its initial values again in each step on the gates instead of"
                    + " going on from where it is",
            byDefault = "false")
        boolean restart) {

  InnerTraining training() {
    return new InnerTraining(inner, innerSteps, restart);
  }
}
