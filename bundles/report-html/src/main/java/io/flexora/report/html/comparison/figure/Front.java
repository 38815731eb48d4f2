package io.flexora.report.html.comparison.figure;

import io.flexora.report.html.comparison.Group;
import io.flexora.report.html.comparison.Interval;
import io.flexora.report.html.comparison.Strategy;
import io.flexora.report.html.figure.Chart;
import io.flexora.report.html.figure.Drawing;
import io.flexora.report.html.figure.Numerals;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleFunction;

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
    return List.of(
            front(group, "parameters", "trainable_parameters", Numerals::count),
            front(group, "seconds", "seconds", Numerals::seconds))
        .stream()
        .filter(Front::present)
        .toList();
  }

  private static Front front(Group group, String what, String cost, DoubleFunction<String> words) {
    List<Point> points =
        group.strategies().stream()
            .filter(s -> s.number(cost).isPresent() && s.number("mean").isPresent())
            .map(strategy -> point(group, strategy, what, cost, words))
            .sorted(Comparator.comparingDouble(point -> point.at().get(0)))
            .toList();
    boolean time = what.equals("seconds");
    return new Front(
        "front-" + what + "-" + group.index(),
        group.metric() + (time ? " against time" : " against trainable parameters"),
        "Filled: on the Pareto front, no other strategy is better without costing more.",
        time ? "seconds, search included" : "trainable parameters",
        group.heading(),
        points);
  }

  private static Point point(
      Group group, Strategy strategy, String what, String cost, DoubleFunction<String> words) {
    double mean = strategy.number("mean").getAsDouble();
    Interval interval = strategy.interval().orElse(new Interval(mean, mean));
    double spent = strategy.number(cost).getAsDouble();
    boolean front = strategy.facts().truth("front_" + what);
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
            + words.apply(spent)
            + (what.equals("seconds") ? "" : " parameters")
            + (front ? ", on the front" : ""));
  }

  /** Whether there is anything to draw. */
  public boolean present() {
    return points.size() > 1;
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
    data.put("x", x);
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
}
