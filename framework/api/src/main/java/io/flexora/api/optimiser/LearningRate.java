package io.flexora.api.optimiser;

import ai.djl.ndarray.NDArray;
import java.util.Optional;

/**
 * The learning rate of one step.
 *
 * @param value the rate
 * @param multipliers a factor of the rate for each parameter {@code [parameters]}; empty for ones
 * @since 0.1
 */
public record LearningRate(double value, Optional<NDArray> multipliers) {

  /** The same rate for every parameter. */
  public static LearningRate of(double value) {
    return new LearningRate(value, Optional.empty());
  }

  /** The product of each element with its rate; belongs to the manager of the vector. */
  public NDArray times(NDArray vector) {
    NDArray scaled = vector.mul(value);
    return multipliers.map(scaled::mul).orElse(scaled);
  }
}
