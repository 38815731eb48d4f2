package io.flexora.comparison.analysis;

import io.flexora.api.report.ComparisonResult.TunedStrategy;
import io.flexora.api.report.ComparisonResult.Tuning;
import io.flexora.statistics.Sample;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What tuning did to the cells of a strategy, on average. */
final class StrategyTuning {

  private StrategyTuning() {}

  /** Of those cells whose tuning has ended; empty where none was tuned. */
  static Optional<TunedStrategy> of(List<AnalysedCell> cells) {
    List<Tuning> ended = ended(cells);
    if (ended.isEmpty()) {
      return Optional.empty();
    }
    Optional<Sample> gains = gains(ended);
    return Optional.of(
        new TunedStrategy(
            ended.size(),
            FiniteValues.number(gains.map(Sample::mean)),
            gains.flatMap(ComparisonAnalysis::interval).map(FiniteValues::bounds),
            (int) ended.stream().filter(t -> !t.chosen().equals(OptionalInt.of(0))).count(),
            ended.stream().mapToDouble(Tuning::seconds).average(),
            ended.stream().mapToDouble(Tuning::trainingSteps).average()));
  }

  /** What it gained on the examples that judge trials, in words; empty where that is not known. */
  static Optional<String> gain(List<AnalysedCell> cells, GroupMetric metric) {
    return gains(ended(cells))
        .map(
            gains ->
                new Figures(metric).difference(gains.mean(), ComparisonAnalysis.interval(gains))
                    + (ComparisonAnalysis.isSameWithEach(gains) ? " with each" : ""));
  }

  private static List<Tuning> ended(List<AnalysedCell> cells) {
    return cells.stream()
        .flatMap(cell -> cell.ownTuning().stream())
        .filter(tuning -> tuning.chosen().isPresent())
        .toList();
  }

  private static Optional<Sample> gains(List<Tuning> ended) {
    return Sample.of(ended.stream().flatMapToDouble(tuning -> tuning.gain().stream()).toArray());
  }
}
