package io.flexora.solver.hypergradient;

import io.flexora.api.plugin.Option;
import io.flexora.numerics.bilevel.InnerOptions;
import io.flexora.numerics.bilevel.InnerTraining;
import java.util.Optional;

/** The options of {@code unrolled}. */
public record UnrolledOptions(
    @Option(
            doc = "inner steps (updates of theta) per outer step",
            byDefault = "1",
            min = 0,
            aliases = "unroll_steps")
        int innerSteps,
    @Option(doc = "inner training of theta during the search", byDefault = "{}") InnerOptions inner,
    @Option(
            doc =
                "checkpoint interval in inner steps; the steps between are recomputed in the"
                    + " reverse pass: less memory for about one more training gradient per step, and"
                    + " bit for bit the same result. About the square root of inner_steps needs the"
                    + " least memory. Default: every step is stored",
            min = 1)
        Optional<Integer> checkpointEvery,
    @Option(
            doc =
                "second-order products: exact by a second backward pass, or finite-differences of"
                    + " two gradients (needs float32 compute)",
            byDefault = "exact")
        Products products,
    @Option(doc = "restart theta from its initial values in each outer step", byDefault = "false")
        boolean restart) {

  OuterStep outer() {
    return outer(innerSteps);
  }

  /** An outer step that differentiates through the last of the inner steps, so many. */
  OuterStep outer(int differentiated) {
    InnerTraining training = new InnerTraining(inner, innerSteps, restart);
    int segment = checkpointEvery.orElse(Integer.MAX_VALUE);
    return new OuterStep(training, differentiated, segment, products, Optional.empty());
  }
}
