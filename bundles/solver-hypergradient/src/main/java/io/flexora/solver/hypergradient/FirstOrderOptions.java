package io.flexora.solver.hypergradient;

import io.flexora.api.plugin.Option;
import io.flexora.numerics.bilevel.InnerOptions;
import io.flexora.numerics.bilevel.InnerTraining;

/** The options of {@code first-order}. */
public record FirstOrderOptions(
    @Option(doc = "optimiser steps on theta in one step on the gates", byDefault = "1", min = 0)
        int innerSteps,
    @Option(doc = "how theta is trained while the gates are searched", byDefault = "{}")
        InnerOptions inner,
    @Option(
            doc =
                "train theta from its initial values again in each step on the gates instead of"
                    + " going on from where it is",
            byDefault = "false")
        boolean restart) {

  OuterStep outer() {
    return OuterStep.firstOrder(new InnerTraining(inner, innerSteps, restart));
  }
}
