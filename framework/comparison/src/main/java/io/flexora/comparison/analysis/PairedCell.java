package io.flexora.comparison.analysis;

import io.flexora.api.evaluate.Prediction;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Two cells with the same seed that both have a value, the strategy's and the baseline's.
 *
 * @param difference the strategy's value less the baseline's
 * @param own the strategy's value of each example, by its ID; empty if the metric is not the mean
 *     of such values
 * @param baseline the same of the baseline
 */
record PairedCell(double difference, Map<String, Double> own, Map<String, Double> baseline) {

  private static final double ROUNDING = 1e-9;

  static Optional<PairedCell> of(AnalysedCell strategy, AnalysedCell baseline, GroupMetric metric) {
    return strategy
        .measured(metric.name())
        .flatMap(
            own ->
                baseline
                    .measured(metric.name())
                    .map(
                        other ->
                            new PairedCell(
                                own.value() - other.value(),
                                examples(strategy, metric, own.value()),
                                examples(baseline, metric, other.value()))));
  }

  /** Whether both cells tell a value of each example. */
  boolean tellsExamples() {
    return !own.isEmpty() && !baseline.isEmpty();
  }

  /** The difference of an example that both have. */
  double difference(String example) {
    return own.get(example) - baseline.get(example);
  }

  /**
   * The value of each example; empty unless their mean is the metric. An ID that occurs again is
   * told from the first by its number.
   */
  private static Map<String, Double> examples(AnalysedCell cell, GroupMetric metric, double value) {
    Map<String, Double> values = new LinkedHashMap<>();
    Map<String, Integer> seen = new HashMap<>();
    for (Prediction prediction : cell.predictions()) {
      OptionalDouble one = metric.of(prediction);
      if (one.isEmpty()) {
        return Map.of();
      }
      int again = seen.merge(prediction.exampleId(), 1, Integer::sum);
      values.put(prediction.exampleId() + "\0" + again, one.getAsDouble());
    }
    double mean = values.values().stream().mapToDouble(v -> v).average().orElse(Double.NaN);
    boolean averages = Math.abs(mean - value) <= ROUNDING * Math.max(1, Math.abs(value));
    return averages ? values : Map.of();
  }
}
