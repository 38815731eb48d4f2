package io.flexora.solver.forward;

import io.flexora.api.plugin.Option;
import io.flexora.numerics.bilevel.InnerOptions;
import io.flexora.numerics.bilevel.InnerTraining;
import java.util.Optional;

/** The options of {@code forward}. */
public record ForwardOptions(
    @Option(doc = "inner steps (updates of theta) per outer step", byDefault = "1", min = 0)
        int innerSteps,
    @Option(doc = "inner training of theta during the search", byDefault = "{}") InnerOptions inner,
    @Option(
            doc =
                "maximum number of gates, which are the layers of the model; each takes one"
                    + " Hessian product per inner step and memory for one optimiser state",
            byDefault = "16",
            min = 1)
        int maxGates,
    @Option(
            doc =
                "in place of one direction for each gate, the number of random directions of the"
                    + " gates in each outer step: an unbiased estimate that takes a Hessian product"
                    + " per direction and inner step, for any number of gates. Default: exact",
            min = 1)
        Optional<Integer> directions,
    @Option(doc = "restart theta from its initial values in each outer step", byDefault = "false")
        boolean restart) {

  InnerTraining training() {
    return new InnerTraining(inner, innerSteps, restart);
  }
}
