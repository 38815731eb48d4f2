package io.flexora.runstore;

import io.flexora.api.evaluate.DecidingMetric;
import io.flexora.api.evaluate.Metric;
import java.util.Map;
import java.util.TreeMap;

/**
 * Metrics as the files of a run hold them.
 *
 * @since 0.1
 */
public final class MetricsJson {

  private static final String VALUE = "value";
  private static final String STANDARD_ERROR = "standard_error";
  private static final String NAME = "name";
  private static final String LOWER_IS_BETTER = "lower_is_better";

  private MetricsJson() {}

  /** Each metric's value and standard error, by name; NaN becomes null in the file. */
  public static Map<String, Object> of(Map<String, Metric> metrics) {
    Map<String, Object> json = new TreeMap<>();
    metrics.forEach(
        (name, metric) ->
            json.put(name, Map.of(VALUE, metric.value(), STANDARD_ERROR, metric.standardError())));
    return json;
  }

  /** The metric that decides. */
  public static Map<String, Object> of(DecidingMetric metric) {
    return Map.of(NAME, metric.name(), LOWER_IS_BETTER, metric.lowerIsBetter());
  }

  static Metric metric(Object json) {
    Map<?, ?> metric = (Map<?, ?>) json;
    return new Metric(real(metric.get(VALUE)), real(metric.get(STANDARD_ERROR)));
  }

  static DecidingMetric deciding(Map<?, ?> json) {
    return new DecidingMetric((String) json.get(NAME), (Boolean) json.get(LOWER_IS_BETTER));
  }

  static double real(Object json) {
    return json == null ? Double.NaN : ((Number) json).doubleValue();
  }
}
