package io.flexora.solver.implicit;

import io.flexora.api.plugin.Option;
import io.flexora.numerics.bilevel.InnerOptions;
import io.flexora.numerics.bilevel.InnerTraining;
import java.util.Optional;

/** The options of {@code implicit}. */
public record ImplicitOptions(
    @Option(
            doc =
                "optimiser steps on theta in one step on the gates; the estimate holds where they"
                    + " bring theta near a minimum of the training loss",
            byDefault = "4",
            min = 0)
        int innerSteps,
    @Option(
            doc =
                "how theta is trained while the gates are searched, by an optimiser that ends at a"
                    + " minimum of the loss: adamw without weight_decay",
            byDefault = "{}")
        InnerOptions inner,
    @Option(doc = "how the linear system is solved: cg or neumann", byDefault = "cg") Method method,
    @Option(doc = "the most Hessian products in the solution", byDefault = "10", min = 1)
        int iterations,
    @Option(
            doc =
                "what is added to the Hessian's diagonal, which makes it positive definite and the"
                    + " gradient less sharp; the weight decay is added as well. Near a minimum 0.01"
                    + " is enough; far from one, as after few steps, less than 1 gives a residual"
                    + " above 1 and a gradient that is far too long",
            byDefault = "1",
            min = 0)
        double damping,
    @Option(
            doc = "the length of the residual, over that of the right side, that ends cg",
            byDefault = "1e-3",
            min = 0)
        double tolerance,
    @Option(
            doc = "the step of the Neumann series; the inner learning_rate when not written",
            min = 0,
            minExclusive = true)
        Optional<Double> neumannStep,
    @Option(
            doc =
                "what to do where the system is not positive definite, as far from a minimum: stop"
                    + " and take the solution so far, or refuse to go on",
            byDefault = "stop")
        NegativeCurvature negativeCurvature,
    @Option(
            doc =
                "train theta from its initial values again in each step on the gates instead of"
                    + " going on from where it is",
            byDefault = "false")
        boolean restart) {

  InnerTraining training() {
    return new InnerTraining(inner, innerSteps, restart);
  }

  /**
   * What is added to the Hessian: the weight decay is the Hessian of its own part of the loss.
   *
   * @throws io.flexora.api.run.FlexoraException if the optimiser does not end at a minimum
   */
  double shift() {
    return damping + inner.update().optimiser().get().l2Penalty();
  }
}
