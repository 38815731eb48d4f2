package io.flexora.report.html.comparison;

import io.flexora.api.metric.MetricDescription;
import io.flexora.report.html.figure.Numerals;
import io.flexora.results.comparison.DifferenceResult;
import io.flexora.results.comparison.GroupResult;
import io.flexora.results.comparison.StrategyResult;
import io.flexora.results.run.RunRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A model with a task, and how the strategies did there.
 *
 * @param index its place among the groups
 * @param found what the comparison found
 * @param strategies the strategies, in the order of the record
 */
public record Group(int index, GroupResult found, List<Strategy> strategies) {

  static Group read(int index, GroupResult found, String baseline, Map<String, RunRecord> runs) {
    List<Strategy> strategies = new ArrayList<>();
    int colour = 0;
    for (StrategyResult strategy : found.strategies()) {
      boolean isBaseline = strategy.name().equals(baseline);
      strategies.add(Strategy.read(strategy, isBaseline, isBaseline ? 0 : ++colour, runs));
    }
    return new Group(index, found, List.copyOf(strategies));
  }

  /** The model and the task. */
  public String title() {
    return found.model() + " on " + found.task();
  }

  /** How many layers the model has; 0 if nothing tells. */
  public int layers() {
    return found
        .layers()
        .orElseGet(() -> strategies.stream().mapToInt(s -> s.frequency().size()).max().orElse(0));
  }

  /** The metric with an arrow that tells where better is, and its unit where it has one. */
  public String heading() {
    String unit =
        found
            .metric()
            .map(MetricDescription::unit)
            .filter(u -> !u.isEmpty())
            .map(u -> ", " + u)
            .orElse("");
    return found.metricName() + unit + (found.lowerIsBetter() ? " ↓" : " ↑");
  }

  /** Whether the metric is a share of 1 that people read in per cent. */
  public boolean fraction() {
    return found.metric().map(MetricDescription::percent).orElse(false);
  }

  /** What the host says of it. */
  public Optional<String> sentence() {
    return Optional.of(found.sentence()).filter(said -> !said.isBlank());
  }

  /** The strategy that the others are compared with. */
  public Optional<Strategy> baseline() {
    return strategies.stream().filter(Strategy::baseline).findFirst();
  }

  /** The strategies that have a difference to the baseline. */
  public List<Strategy> compared() {
    return strategies.stream().filter(strategy -> strategy.difference().isPresent()).toList();
  }

  /** Whether some strategy was tuned. */
  public boolean tuned() {
    return strategies.stream().anyMatch(strategy -> strategy.found().tuning().isPresent());
  }

  /** Whether some strategy has values, but of too few seeds for an interval over them. */
  public boolean hasFewSeeds() {
    return strategies.stream()
        .mapToInt(strategy -> strategy.found().values())
        .anyMatch(values -> values > 0 && values < DifferenceResult.FEWEST_SEEDS);
  }

  /** Whether some strategy has no interval because each seed has the same value or difference. */
  public boolean hasEqualSeeds() {
    return strategies.stream()
            .map(Strategy::found)
            .anyMatch(
                strategy ->
                    strategy.values() >= DifferenceResult.FEWEST_SEEDS
                        && strategy.interval().isEmpty())
        || found.differences().anyMatch(DifferenceResult::sameWithEachSeed);
  }

  /** How many decimals show the metric: as the median of the standard deviations allows. */
  public int decimals() {
    double[] deviations =
        strategies.stream()
            .flatMapToDouble(strategy -> strategy.found().standardDeviation().stream())
            .filter(deviation -> deviation > 0)
            .sorted()
            .toArray();
    return Numerals.decimals(
        deviations.length == 0
            ? OptionalDouble.empty()
            : OptionalDouble.of(deviations[deviations.length / 2]));
  }
}
