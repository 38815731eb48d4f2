package io.flexora.report.html.comparison.figure;

import io.flexora.api.evaluate.MetricValue.ConfidenceInterval;
import io.flexora.report.html.comparison.Group;
import io.flexora.report.html.comparison.Strategy;
import io.flexora.report.html.figure.Chart;
import io.flexora.report.html.figure.Drawing;
import io.flexora.report.html.figure.FigureTable;
import io.flexora.report.html.figure.Numerals;
import io.flexora.report.html.figure.SortedText;
import io.flexora.results.comparison.StrategyResult;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.DoubleFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The metric against a cost: each strategy a point with its interval, and the front of those that
 * no other strategy beats in both.
 *
 * @param id the element that holds it
 * @param title what it shows
 * @param note how to read it
 * @param x the cost
 * @param y the metric
 * @param points the strategies
 */
public record Front(String id, String title, String note, String x, String y, List<Point> points)
    implements Drawing {

  /** How much greater the greatest cost is than the least before the axis becomes logarithmic. */
  private static final double WIDE = 50;

  /**
   * A strategy.
   *
   * @param name its name
   * @param colour the CSS variable of its colour
   * @param front whether no other strategy beats it in both
   * @param at cost, metric, and the ends of the metric's interval
   * @param tip what a reader is told who points at it
   */
  public record Point(String name, String colour, boolean front, List<Double> at, String tip) {}

  /** The fronts against trainable parameters and against time, where these are known. */
  static List<Front> of(Group group) {
    return Stream.of(
            front(
                group,
                new Cost(
                    "parameters",
                    "trainable parameters",
                    StrategyResult::trainableParameters,
                    StrategyResult::frontParameters,
                    spent -> Numerals.count(spent) + " parameters")),
            front(
                group,
                new Cost(
                    "seconds",
                    "time",
                    StrategyResult::seconds,
                    StrategyResult::frontSeconds,
                    Numerals::seconds)))
        .filter(Front::present)
        .toList();
  }

  /** A cost of strategies: its name, what the metric stands against, and how it is read. */
  private record Cost(
      String name,
      String against,
      Function<StrategyResult, OptionalDouble> spent,
      Predicate<StrategyResult> front,
      DoubleFunction<String> words) {}

  private static Front front(Group group, Cost cost) {
    List<Point> points =
        group.strategies().stream()
            .filter(s -> cost.spent().apply(s.found()).isPresent())
            .filter(s -> s.found().mean().isPresent())
            .map(strategy -> point(group, strategy, cost))
            .sorted(Comparator.comparingDouble(point -> point.at().get(0)))
            .toList();
    return new Front(
        "front-" + cost.name() + "-" + group.index(),
        group.found().metricName() + " against " + cost.against(),
        "Filled: on the Pareto front; no other strategy is better at the same or lower" + " cost.",
        cost.name().equals("seconds") ? seconds(group) : cost.against(),
        group.heading(),
        points);
  }

  private static String seconds(Group group) {
    return "seconds, including search" + (group.tuned() ? " and trials of the tuning" : "");
  }

  private static Point point(Group group, Strategy strategy, Cost cost) {
    double mean = strategy.found().mean().getAsDouble();
    ConfidenceInterval interval =
        strategy.found().interval().orElse(new ConfidenceInterval(mean, mean));
    double spent = cost.spent().apply(strategy.found()).getAsDouble();
    boolean front = cost.front().test(strategy.found());
    return new Point(
        strategy.name(),
        "--cell-" + strategy.colour(),
        front,
        List.of(
            spent,
            Chart.Line.rounded(mean),
            Chart.Line.rounded(interval.low()),
            Chart.Line.rounded(interval.high())),
        Numerals.fixed(mean, group.decimals())
            + " with "
            + cost.words().apply(spent)
            + (front ? ", on the front" : ""));
  }

  /** Whether there is anything to draw: strategies that do not all cost the same. */
  public boolean present() {
    return points.stream().map(point -> point.at().get(0)).distinct().count() > 1;
  }

  /** What a reader hears who does not see it. */
  public String spoken() {
    return "Scatter chart: " + title + ". The figures follow as a table.";
  }

  @Override
  public Map<String, Object> data() {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("kind", "front");
    data.put("id", id);
    data.put("x", wide() ? x + " (logarithmic)" : x);
    data.put("y", y);
    data.put("logarithmic", wide());
    data.put("points", points);
    return data;
  }

  private boolean wide() {
    double least = points.stream().mapToDouble(point -> point.at().get(0)).min().orElse(0);
    double most = points.stream().mapToDouble(point -> point.at().get(0)).max().orElse(0);
    return least > 0 && most / least > WIDE;
  }

  /** The fronts in figures. */
  static FigureTable table(Group group) {
    FigureTable table =
        FigureTable.of(
            "Metric against cost",
            "Strategy",
            "#" + group.heading(),
            "#Trainable parameters",
            "On this front",
            "#Time, s",
            "On this front");
    for (Strategy strategy : group.strategies()) {
      table.figures(
          strategy.title(),
          false,
          List.of(
              SortedText.of(
                  strategy.found().mean(), mean -> Numerals.fixed(mean, group.decimals())),
              SortedText.of(strategy.found().trainableParameters(), Numerals::count),
              SortedText.text(strategy.found().frontParameters() ? "yes" : "no"),
              SortedText.of(strategy.found().seconds(), seconds -> Numerals.fixed(seconds, 1)),
              SortedText.text(strategy.found().frontSeconds() ? "yes" : "no")));
    }
    return table;
  }
}
