package io.flexora.report.html.comparison;

import io.flexora.api.report.RunRecord;
import io.flexora.report.html.evidence.Facts;
import io.flexora.report.html.figure.Numerals;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A model with a task, and how the strategies did there.
 *
 * @param index its place among the groups
 * @param facts what is written of it
 * @param strategies the strategies, in the order of the record
 */
public record Group(int index, Facts facts, List<Strategy> strategies) {

  static Group read(int index, Facts facts, String baseline, Map<String, RunRecord> runs) {
    List<Strategy> strategies = new ArrayList<>();
    int colour = 0;
    for (Facts strategy : facts.objects("strategies")) {
      boolean isBaseline = strategy.text("name").orElse("").equals(baseline);
      strategies.add(Strategy.read(strategy, isBaseline, isBaseline ? 0 : ++colour, runs));
    }
    return new Group(index, facts, List.copyOf(strategies));
  }

  /** The model and the task. */
  public String title() {
    return facts.text("model").orElse("?") + " on " + facts.text("task").orElse("?");
  }

  /** How many layers the model has; 0 if nothing tells. */
  public int layers() {
    return (int)
        facts
            .number("layers")
            .orElseGet(
                () -> strategies.stream().mapToInt(s -> s.frequency().size()).max().orElse(0));
  }

  /** How many test examples there are. */
  public OptionalDouble examples() {
    return facts.number("examples");
  }

  /** The metric as words. */
  public String metric() {
    return facts.object("metric").text("name").orElse("metric").replace('_', ' ');
  }

  /** Whether a higher value is the better one. */
  public boolean higherIsBetter() {
    return !Boolean.FALSE.equals(facts.object("metric").values().get("higher_is_better"));
  }

  /** The metric with an arrow that tells where better is, and its unit where it has one. */
  public String heading() {
    String unit =
        facts.object("metric").text("unit").filter(u -> !u.isEmpty()).map(u -> ", " + u).orElse("");
    return metric() + unit + (higherIsBetter() ? " ↑" : " ↓");
  }

  /** Whether the metric is a share of 1 that people read in per cent. */
  public boolean fraction() {
    return Boolean.TRUE.equals(facts.object("metric").values().get("percent"));
  }

  /** What the host says of it. */
  public Optional<String> sentence() {
    return facts.text("sentence");
  }

  /** The strategy that the others are compared with. */
  public Optional<Strategy> baseline() {
    return strategies.stream().filter(Strategy::baseline).findFirst();
  }

  /** The strategies that have a difference to the baseline. */
  public List<Strategy> compared() {
    return strategies.stream().filter(strategy -> strategy.difference().isPresent()).toList();
  }

  /** How many decimals show the metric: as the median of the standard deviations allows. */
  public int decimals() {
    double[] deviations =
        strategies.stream()
            .flatMapToDouble(strategy -> strategy.number("standard_deviation").stream())
            .filter(deviation -> deviation > 0)
            .sorted()
            .toArray();
    return Numerals.decimals(
        deviations.length == 0
            ? OptionalDouble.empty()
            : OptionalDouble.of(deviations[deviations.length / 2]));
  }
}
