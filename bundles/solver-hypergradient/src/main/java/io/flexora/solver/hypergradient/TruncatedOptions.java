package io.flexora.solver.hypergradient;

import io.flexora.api.plugin.Option;
import io.flexora.numerics.bilevel.InnerOptions;
import io.flexora.numerics.bilevel.InnerTraining;
import java.util.Optional;

/** The options of {@code truncated}. */
public record TruncatedOptions(
    @Option(doc = "inner steps (updates of theta) per outer step", byDefault = "8", min = 0)
        int innerSteps,
    @Option(
            doc =
                "number of last inner steps that are differentiated: inner_steps equals"
                    + " unrolled, 0 equals first-order",
            byDefault = "1",
            min = 0)
        int truncation,
    @Option(doc = "inner training of theta during the search", byDefault = "{}") InnerOptions inner,
    @Option(
            doc =
                "checkpoint interval in differentiated steps; the steps between are recomputed"
                    + " in the reverse pass, see unrolled",
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

  /**
   * Checks that there are as many steps as are to be differentiated through.
   *
   * @throws IllegalArgumentException if there are fewer
   */
  public TruncatedOptions {
    if (truncation > innerSteps) {
      throw new IllegalArgumentException(
          ("truncation: %d is more than inner_steps: %d; write truncation: %d or less, or"
                  + " inner_steps: %d or more")
              .formatted(truncation, innerSteps, innerSteps, truncation));
    }
  }

  OuterStep outer() {
    InnerTraining training = new InnerTraining(inner, innerSteps, restart);
    int segment = checkpointEvery.orElse(Integer.MAX_VALUE);
    return new OuterStep(training, truncation, segment, products, Optional.empty());
  }
}
