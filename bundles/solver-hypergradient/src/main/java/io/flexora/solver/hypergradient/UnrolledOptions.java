package io.flexora.solver.hypergradient;

import io.flexora.api.plugin.Option;
import io.flexora.api.plugin.OptionException;
import io.flexora.numerics.bilevel.InnerOptions;
import io.flexora.numerics.bilevel.InnerTraining;
import java.util.Optional;

/** The options of {@code unrolled}. */
public record UnrolledOptions(
    @Option(
            doc = "inner steps (updates of theta) per outer step",
            byDefault = "4",
            min = 0,
            aliases = "unroll_steps")
        int innerSteps,
    @Option(doc = "inner training of theta during the search", byDefault = "{}") InnerOptions inner,
    @Option(
            doc =
                "checkpoint interval in inner steps; the steps between are recomputed in the"
                    + " reverse pass: less memory for about one more training gradient per step, and"
                    + " the same result. About the square root of inner_steps needs the"
                    + " least memory. Default: every step is stored",
            min = 1)
        Optional<Integer> checkpointEvery,
    @Option(
            doc =
                "second-order products: exact by a second backward pass, or finite-differences of"
                    + " two gradients, for a model that computes in float32 (compute_dtype)",
            byDefault = "exact")
        Products products,
    @Option(
            doc =
                "norm of the perturbation of theta in the central difference of gradients, for"
                    + " products: finite-differences. Default: 0.01 in float32 and 1e-4 in float64",
            min = 0,
            minExclusive = true)
        Optional<Double> perturbation,
    @Option(doc = "restart theta from its initial values in each outer step", byDefault = "false")
        boolean restart,
    @Option(
            doc =
                "how many of the last inner steps keep the graph of their gradient for the exact"
                    + " product: each saves the time of a gradient, for the memory of such a graph"
                    + " beside the validation gradient. Nothing is kept with"
                    + " gradient_accumulation_steps or checkpoint_segments",
            byDefault = "1",
            min = 0)
        int keptGraphs) {

  /**
   * Checks that there are differences where their perturbation is given.
   *
   * @throws IllegalArgumentException if there are none
   */
  public UnrolledOptions {
    if (products != Products.FINITE_DIFFERENCES && perturbation.isPresent()) {
      throw OptionException.of(
          "perturbation",
          ("perturbation: %s belongs to products: finite-differences; write that, or leave"
                  + " perturbation out")
              .formatted(perturbation.get()));
    }
  }

  /** Unrolling whose differences, where products are such, have the usual perturbation. */
  public UnrolledOptions(
      int innerSteps,
      InnerOptions inner,
      Optional<Integer> checkpointEvery,
      Products products,
      boolean restart,
      int keptGraphs) {
    this(innerSteps, inner, checkpointEvery, products, Optional.empty(), restart, keptGraphs);
  }

  OuterStep outer() {
    return outer(innerSteps);
  }

  /** An outer step that differentiates through the last of the inner steps, so many. */
  OuterStep outer(int differentiated) {
    InnerTraining training = new InnerTraining(inner, innerSteps, restart);
    int segment = checkpointEvery.orElse(Integer.MAX_VALUE);
    int graphs = products == Products.EXACT ? keptGraphs : 0;
    return new OuterStep(training, differentiated, segment, products, graphs, perturbation);
  }
}
