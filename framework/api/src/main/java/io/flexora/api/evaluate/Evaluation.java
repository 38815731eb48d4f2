package io.flexora.api.evaluate;

import java.util.List;
import java.util.Map;

/**
 * The outcome of an evaluation.
 *
 * @param metrics metrics by name, such as {@code accuracy}
 * @param predictions one for each example, in order
 * @since 0.1
 */
public record Evaluation(Map<String, Metric> metrics, List<Prediction> predictions) {

  /** Copies both. */
  public Evaluation {
    metrics = Map.copyOf(metrics);
    predictions = List.copyOf(predictions);
  }
}
