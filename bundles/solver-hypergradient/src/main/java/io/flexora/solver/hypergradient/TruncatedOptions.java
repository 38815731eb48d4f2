package io.flexora.solver.hypergradient;

import io.flexora.api.plugin.Inline;
import io.flexora.api.plugin.Option;
import io.flexora.api.plugin.OptionException;

/** The options of {@code truncated}. */
public record TruncatedOptions(
    @Inline(defaults = "inner_steps: 8") UnrolledOptions unrolled,
    @Option(
            doc =
                "number of last inner steps that are differentiated: inner_steps equals"
                    + " unrolled, 0 equals first-order",
            byDefault = "1",
            min = 0)
        int truncation) {

  /**
   * Checks that there are as many steps as are to be differentiated through.
   *
   * @throws IllegalArgumentException if there are fewer
   */
  public TruncatedOptions {
    int innerSteps = unrolled.innerSteps();
    if (truncation > innerSteps) {
      throw OptionException.of(
          "truncation",
          ("truncation: %d is more than inner_steps: %d; write truncation: %d or less, or"
                  + " inner_steps: %d or more")
              .formatted(truncation, innerSteps, innerSteps, truncation));
    }
  }

  OuterStep outer() {
    return unrolled.outer(truncation);
  }
}
