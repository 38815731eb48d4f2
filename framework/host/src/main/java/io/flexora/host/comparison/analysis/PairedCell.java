package io.flexora.host.comparison.analysis;

import io.flexora.api.evaluate.Prediction;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Two cells with the same seed that both have a value, the strategy's and the baseline's.
 *
 * @param difference the strategy's value less the baseline's
 * @param differences the same for each example that both have: 1 if only the strategy is right, -1
 *     if only the baseline is, else 0; empty if the metric is not the share of right predictions
 */
record PairedCell(double difference, Map<String, Integer> differences) {

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
                                differences(
                                    right(strategy, metric, own.value()),
                                    right(baseline, metric, other.value())))));
  }

  private static Map<String, Integer> differences(
      Map<String, Boolean> strategy, Map<String, Boolean> baseline) {
    Map<String, Integer> differences = new LinkedHashMap<>();
    strategy.forEach(
        (example, right) -> {
          if (baseline.containsKey(example)) {
            differences.put(example, Boolean.compare(right, baseline.get(example)));
          }
        });
    return differences;
  }

  /**
   * Whether each prediction is right, by example; empty unless that is what the metric averages
   * over. An id that occurs again is told from the first by its number.
   */
  private static Map<String, Boolean> right(AnalysedCell cell, GroupMetric metric, double value) {
    Map<String, Boolean> right = new LinkedHashMap<>();
    Map<String, Integer> seen = new HashMap<>();
    for (Prediction prediction : cell.predictions()) {
      int again = seen.merge(prediction.exampleId(), 1, Integer::sum);
      right.put(
          prediction.exampleId() + "\0" + again, prediction.predicted() == prediction.label());
    }
    double share = right.values().stream().mapToDouble(is -> is ? 1 : 0).average().orElse(-1);
    boolean averages = metric.countsRightPredictions() && Math.abs(share - value) < ROUNDING;
    return averages ? right : Map.of();
  }
}
