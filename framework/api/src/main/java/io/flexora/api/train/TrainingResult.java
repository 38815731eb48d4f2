package io.flexora.api.train;

import ai.djl.ndarray.NDArray;
import java.util.Map;

/**
 * A trained theta.
 *
 * @param theta the parameters to evaluate and keep, attached to the context's manager
 * @param step the step at which theta was reached
 * @param figures what is worth keeping of the training, by name, such as {@code validation_loss}
 * @since 0.1
 */
public record TrainingResult(NDArray theta, long step, Map<String, Double> figures) {

  /** Copies the figures. */
  public TrainingResult {
    figures = Map.copyOf(figures);
  }
}
