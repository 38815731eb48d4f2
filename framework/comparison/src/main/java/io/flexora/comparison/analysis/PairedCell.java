package io.flexora.comparison.analysis;

import java.util.Arrays;
import java.util.Optional;

/**
 * Two cells with the same seed that both have a value, the strategy's and the baseline's.
 *
 * @param difference the strategy's value less the baseline's
 * @param own the strategy's value of each example; empty if the metric is not the mean of such
 *     values
 * @param baseline the same of the baseline
 */
record PairedCell(double difference, ExampleColumn own, ExampleColumn baseline) {

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
    return own.size() > 0 && baseline.size() > 0;
  }

  /** The differences of the examples, in the order of a column that has the same ones. */
  double[] differences(ExampleColumn order) {
    double[] differences = own.inOrderOf(order).clone();
    double[] others = baseline.inOrderOf(order);
    Arrays.setAll(differences, i -> differences[i] - others[i]);
    return differences;
  }

  private static ExampleColumn examples(AnalysedCell cell, GroupMetric metric, double value) {
    return cell.examples().values(metric.name(), value);
  }
}
