package io.flexora.results.run;

import io.flexora.api.evaluate.MetricValue;
import java.util.Map;
import java.util.Objects;

/**
 * The outcome of an evaluation on a further test set.
 *
 * @param metrics metrics by name
 * @param deciding the name of the metric that decides between cells
 * @since 0.1
 */
public record TestSetOutcome(Map<String, MetricValue> metrics, String deciding) {

  /** Copies the metrics. */
  public TestSetOutcome {
    metrics = Map.copyOf(metrics);
    Objects.requireNonNull(deciding);
  }
}
