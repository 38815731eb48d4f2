package io.flexora.solver.hypergradient;

import io.flexora.api.plugin.Option;
import io.flexora.numerics.bilevel.InnerOptions;
import io.flexora.numerics.bilevel.InnerTraining;
import java.util.Optional;

/** The options of {@code truncated}. */
public record TruncatedOptions(
    @Option(doc = "optimiser steps on theta in one step on the gates", byDefault = "8", min = 0)
        int innerSteps,
    @Option(
            doc =
                "how many of the inner steps, counted from the last, are differentiated through:"
                    + " inner_steps is unrolled, 0 is first-order",
            byDefault = "1",
            min = 0)
        int truncation,
    @Option(doc = "how theta is trained while the gates are searched", byDefault = "{}")
        InnerOptions inner,
    @Option(
            doc =
                "keep the state before every so many of the differentiated steps only, and take the"
                    + " steps between again on the way back; see unrolled",
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
