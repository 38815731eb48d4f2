package io.flexora.api.evaluate;

import java.util.List;
import java.util.Map;

/**
 * The outcome of an evaluation.
 *
 * @param metrics the measured values by name, such as {@code accuracy}
 * @param deciding the name of the metric that decides between models, which tables show and reports
 *     compare
 * @param predictions one for each example, in order
 * @since 0.1
 */
public record Evaluation(
    Map<String, MetricValue> metrics, String deciding, List<Prediction> predictions) {

  /**
   * Copies both.
   *
   * @throws IllegalArgumentException if the deciding metric is not one of the metrics, or a metric
   *     stands under another name than its own
   */
  public Evaluation {
    metrics = Map.copyOf(metrics);
    predictions = List.copyOf(predictions);
    if (!metrics.containsKey(deciding)) {
      throw new IllegalArgumentException(
          "the deciding metric '%s' is not one of %s".formatted(deciding, metrics.keySet()));
    }
    metrics.forEach(
        (name, value) -> {
          if (!name.equals(value.name())) {
            throw new IllegalArgumentException(
                "metric '%s' stands under the name '%s'".formatted(value.name(), name));
          }
        });
  }

  /** The value of the metric that decides. */
  public MetricValue decisive() {
    return metrics.get(deciding);
  }
}
