package io.flexora.api.evaluate;

import java.util.List;
import java.util.Map;

/**
 * The outcome of an evaluation.
 *
 * @param metrics metrics by name, such as {@code accuracy}
 * @param deciding which of them decides between models
 * @param predictions one for each example, in order
 * @since 0.1
 */
public record Evaluation(
    Map<String, Metric> metrics, DecidingMetric deciding, List<Prediction> predictions) {

  /**
   * Copies both.
   *
   * @throws IllegalArgumentException if the deciding metric is not one of the metrics
   */
  public Evaluation {
    metrics = Map.copyOf(metrics);
    predictions = List.copyOf(predictions);
    if (!metrics.containsKey(deciding.name())) {
      throw new IllegalArgumentException(
          "the deciding metric '%s' is not one of %s".formatted(deciding.name(), metrics.keySet()));
    }
  }
}
