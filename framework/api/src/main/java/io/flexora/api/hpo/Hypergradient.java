package io.flexora.api.hpo;

import ai.djl.ndarray.NDArray;
import java.util.Objects;

/**
 * The result of a solver's outer step.
 *
 * @param gradient the (estimate of the) derivative of the validation loss in alpha {@code [gates]}
 * @param next where the inner optimisation stands after the step
 * @param trainingLoss the mean training loss of the inner steps; NaN if there were none
 * @param validationLoss the validation loss at {@code next.theta()}
 * @since 0.1
 */
public record Hypergradient(
    NDArray gradient, InnerState next, double trainingLoss, double validationLoss) {

  /**
   * Checks that both are there.
   *
   * @throws NullPointerException if the gradient or the state is null
   */
  public Hypergradient {
    Objects.requireNonNull(gradient, "the gradient is null");
    Objects.requireNonNull(next, "the next state is null");
  }
}
