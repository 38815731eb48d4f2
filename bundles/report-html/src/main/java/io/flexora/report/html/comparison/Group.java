package io.flexora.report.html.comparison;

import io.flexora.api.metric.MetricDescription;
import io.flexora.report.html.figure.Numerals;
import io.flexora.results.comparison.Equivalence;
import io.flexora.results.comparison.GroupResult;
import io.flexora.results.comparison.StrategyResult;
import io.flexora.results.run.RunRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * A model with a task, and how the strategies did there.
 *
 * @param index its place among the groups
 * @param found what the comparison found
 * @param strategies the strategies, in the order of the record
 */
public record Group(int index, GroupResult found, List<Strategy> strategies) {

  /** Of fewer there is no interval over them. */
  private static final int FEWEST_SEEDS = 3;

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

  /** How many test examples there are. */
  public OptionalLong examples() {
    return found.examples();
  }

  /** The metric as words. */
  public String metric() {
    return found.metric().map(MetricDescription::name).orElse("metric").replace('_', ' ');
  }

  /** Whether a higher value is the better one. */
  public boolean higherIsBetter() {
    return !found.metric().map(MetricDescription::lowerIsBetter).orElse(false);
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
    return metric() + unit + (higherIsBetter() ? " ↑" : " ↓");
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

  /** The margin within which strategies were tested; empty where there was none. */
  public OptionalDouble margin() {
    return strategies.stream()
        .flatMap(
            s ->
                Stream.concat(
                    equivalence(s).stream(),
                    s.ofCounterpart().flatMap(of -> of.found().equivalence()).stream()))
        .mapToDouble(Equivalence::margin)
        .findFirst();
  }

  /** The strategy that the margin is tested against; empty where that is the baseline. */
  public Optional<String> reference() {
    return found.reference();
  }

  /** What the tests of a strategy within the margin say; empty where it was not tested. */
  public Optional<Equivalence> equivalence(Strategy strategy) {
    return found.equivalence(strategy.found());
  }

  /** Whether some strategy was tuned. */
  public boolean tuned() {
    return strategies.stream().anyMatch(strategy -> strategy.found().tuning().isPresent());
  }

  /** Whether some strategy has values, but of too few seeds for an interval over them. */
  public boolean hasFewSeeds() {
    return strategies.stream()
        .mapToInt(strategy -> strategy.found().values())
        .anyMatch(values -> values > 0 && values < FEWEST_SEEDS);
  }

  /** Whether some strategy has no interval because each seed has the same value or difference. */
  public boolean hasEqualSeeds() {
    return strategies.stream()
        .anyMatch(
            strategy ->
                (strategy.found().values() >= FEWEST_SEEDS && strategy.interval().isEmpty())
                    || isEqual(strategy.difference())
                    || isEqual(strategy.ofCounterpart()));
  }

  private static boolean isEqual(Optional<Difference> difference) {
    return difference
        .map(Difference::found)
        .filter(found -> found.seeds() >= FEWEST_SEEDS)
        .filter(found -> Difference.interval(found.overSeeds()).isEmpty())
        .isPresent();
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
