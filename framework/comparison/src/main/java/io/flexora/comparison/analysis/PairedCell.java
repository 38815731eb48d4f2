package io.flexora.comparison.analysis;

import io.flexora.experiment.cell.ExampleValues;
import java.util.Map;
import java.util.Optional;

/**
 * Two cells with the same seed that both have a value, the strategy's and the baseline's.
 *
 * @param difference the strategy's value less the baseline's
 * @param own the strategy's value of each example, by its ID; empty if the metric is not the mean
 *     of such values
 * @param baseline the same of the baseline
 */
record PairedCell(double difference, Map<String, Double> own, Map<String, Double> baseline) {

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

  private static Map<String, Double> examples(AnalysedCell cell, GroupMetric metric, double value) {
    return ExampleValues.of(cell.predictions(), metric.name(), value).byExample();
  }
}
