package io.flexora.comparison.analysis;

import io.flexora.results.comparison.Tuning;
import io.flexora.results.comparison.Tuning.TrialRecord;
import io.flexora.results.comparison.Tuning.TunedDifference;
import io.flexora.results.comparison.Tuning.TunedStrategy;
import io.flexora.statistics.Sample;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.ToDoubleFunction;

/** The effect of tuning on the cells of a strategy, on average. */
final class StrategyTuning {

  /** The metric of a cell on the examples that judge trials, without tuning and with it. */
  private record Judged(double byDefault, double kept) {

    Judged less(Judged other) {
      return new Judged(byDefault - other.byDefault, kept - other.kept);
    }
  }

  private StrategyTuning() {}

  /**
   * Of those cells whose tuning has ended; empty where none was tuned.
   *
   * @param difference what it did to the difference from another strategy
   */
  static Optional<TunedStrategy> of(
      List<AnalysedCell> cells, Optional<TunedDifference> difference) {
    List<Tuning> ended = ended(cells);
    if (ended.isEmpty()) {
      return Optional.empty();
    }
    Optional<Sample> gains = gains(ended);
    return Optional.of(
        new TunedStrategy(
            ended.size(),
            FiniteValues.number(gains.map(Sample::mean)),
            gains.flatMap(SeedInference::interval).map(FiniteValues::bounds),
            (int) ended.stream().filter(t -> !t.chosen().equals(OptionalInt.of(0))).count(),
            ended.stream().mapToDouble(Tuning::seconds).average(),
            ended.stream().mapToDouble(Tuning::trainingSteps).average(),
            difference));
  }

  /** What it gained on the examples that judge trials, in words; empty where that is not known. */
  static Optional<String> gain(List<AnalysedCell> cells, GroupMetric metric) {
    return gains(ended(cells))
        .map(
            gains ->
                new MetricText(metric).difference(gains.mean(), SeedInference.interval(gains))
                    + (SeedInference.isSameWithEach(gains) ? " with each" : ""));
  }

  /**
   * What it did to the difference from another strategy; empty for the strategy itself, and where
   * with no seed both have a value by default and with what was kept.
   */
  static Optional<TunedDifference> difference(StrategyCells strategy, StrategyCells other) {
    Map<Long, Judged> others = judged(other);
    List<Judged> differences =
        judged(strategy).entrySet().stream()
            .filter(own -> others.containsKey(own.getKey()))
            .map(own -> own.getValue().less(others.get(own.getKey())))
            .toList();
    return strategy.name().equals(other.name()) || differences.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new TunedDifference(
                differences.size(),
                mean(differences, Judged::byDefault),
                mean(differences, Judged::kept)));
  }

  private static Map<Long, Judged> judged(StrategyCells strategy) {
    Map<Long, Judged> bySeed = new HashMap<>();
    for (AnalysedCell cell : strategy.cells()) {
      judged(cell).ifPresent(values -> bySeed.put(cell.seed(), values));
    }
    return bySeed;
  }

  private static Optional<Judged> judged(AnalysedCell cell) {
    OptionalDouble byDefault = value(cell.ownTuning().flatMap(Tuning::byDefault));
    OptionalDouble kept = value(cell.ownTuning().flatMap(Tuning::kept));
    return byDefault.isPresent() && kept.isPresent()
        ? Optional.of(new Judged(byDefault.getAsDouble(), kept.getAsDouble()))
        : Optional.empty();
  }

  private static OptionalDouble value(Optional<TrialRecord> trial) {
    return trial.map(TrialRecord::value).orElse(OptionalDouble.empty());
  }

  private static double mean(List<Judged> differences, ToDoubleFunction<Judged> value) {
    return differences.stream().mapToDouble(value).average().orElseThrow();
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
