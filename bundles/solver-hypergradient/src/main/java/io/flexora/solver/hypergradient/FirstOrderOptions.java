package io.flexora.solver.hypergradient;

import io.flexora.api.plugin.Option;
import io.flexora.numerics.bilevel.InnerOptions;
import io.flexora.numerics.bilevel.InnerTraining;

/** The options of {@code first-order}. */
public record FirstOrderOptions(
    @Option(doc = "inner steps (updates of theta) per outer step", byDefault = "1", min = 0)
        int innerSteps,
    @Option(doc = "inner training of theta during the search", byDefault = "{}") InnerOptions inner,
    @Option(doc = "restart theta from its initial values in each outer step", byDefault = "false")
        boolean restart) {

  OuterStep outer() {
    return OuterStep.firstOrder(new InnerTraining(inner, innerSteps, restart));
  }
}
