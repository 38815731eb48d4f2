package io.flexora.solver.implicit;

import io.flexora.api.plugin.Option;
import io.flexora.api.plugin.OptionException;
import io.flexora.numerics.bilevel.InnerOptions;
import io.flexora.numerics.bilevel.InnerTraining;
import java.util.Optional;

/** The options of {@code implicit}. */
public record ImplicitOptions(
    @Option(
            doc =
                "inner steps (updates of theta) per outer step; the estimate is accurate where"
                    + " they bring theta near a minimum of the training loss",
            byDefault = "4",
            min = 0)
        int innerSteps,
    @Option(
            doc =
                "inner training of theta during the search, with an optimiser that converges to"
                    + " a minimum of the loss, such as adamw without decoupled weight decay",
            byDefault = "{}")
        InnerOptions inner,
    @Option(doc = "solver of the linear system: cg or neumann", byDefault = "cg") Method method,
    @Option(
            doc =
                "number of Hessian products: the maximum for cg; for neumann the number of"
                    + " terms less one, where 0 is allowed",
            byDefault = "10",
            min = 0)
        int iterations,
    @Option(
            doc =
                "damping, added to the Hessian's diagonal beside the weight decay to make it"
                    + " positive definite. Near a minimum 0.01 is enough; far from one, as after few"
                    + " steps, less than 1 gives a residual above 1 and a gradient that is far too"
                    + " long",
            byDefault = "1",
            min = 0)
        double damping,
    @Option(
            doc =
                "relative residual at which cg stops; a residual of a few units of rounding stops"
                    + " it in any case",
            byDefault = "1e-3",
            min = 0)
        double tolerance,
    @Option(
            doc = "step size of the Neumann series; the inner learning_rate by default",
            min = 0,
            minExclusive = true)
        Optional<Double> neumannStep,
    @Option(
            doc =
                "on negative curvature, as far from a minimum, or where the Neumann series grows:"
                    + " stop with the current solution, refuse to go on, or, for neumann, continue"
                    + " with all terms. Default: stop for cg, continue for neumann")
        Optional<NegativeCurvature> negativeCurvature,
    @Option(doc = "restart theta from its initial values in each outer step", byDefault = "false")
        boolean restart) {

  /**
   * Checks that conjugate gradient has a product to take, and is not to continue where it cannot.
   *
   * @throws IllegalArgumentException if it has none, or is to
   */
  public ImplicitOptions {
    if (method == Method.CG && iterations == 0) {
      throw OptionException.of(
          "iterations",
          "iterations: 0 is for method: neumann, whose first term needs no product; conjugate"
              + " gradient would leave the estimate of first-order; write iterations: 1 or more, or"
              + " method: neumann");
    }
    if (method == Method.CG
        && negativeCurvature.filter(NegativeCurvature.CONTINUE::equals).isPresent()) {
      throw OptionException.of(
          "negative_curvature",
          "negative_curvature: continue is for method: neumann; conjugate gradient finds no minimum"
              + " along a direction of negative curvature; write stop or refuse");
    }
  }

  InnerTraining training() {
    return new InnerTraining(inner, innerSteps, restart);
  }

  /**
   * What is added to the Hessian: the weight decay is the Hessian of its own part of the loss.
   *
   * @throws io.flexora.api.run.FlexoraException if the optimiser does not end at a minimum
   */
  double shift() {
    return damping + training().l2Penalty();
  }
}
