package io.flexora.report.html.figure;

import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.metric.MetricDescription;
import io.flexora.report.html.evidence.Evidence;
import io.flexora.report.html.evidence.Outcome;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;

/**
 * A metric of each cell as a dot with its error bar.
 *
 * @param metric the metric, with an arrow to where better is
 * @param errors whether any cell has a standard error
 * @param reference where the main cell's dot lies, to compare the others with
 * @param ticks the axis
 * @param rows the cells that have the metric
 */
public record DotPlot(
    String metric,
    boolean errors,
    Optional<String> reference,
    List<Scale.Tick> ticks,
    List<Dot> rows) {

  /** A place on the axis and the length from there, as CSS percentages. */
  public record AxisSpan(String from, String span) {}

  /**
   * A cell.
   *
   * @param title its name
   * @param colour the number of its colour
   * @param main whether it is the main cell
   * @param at where the dot lies
   * @param one the value with one standard error to each side, or half of its interval
   * @param two the value with two standard errors to each side, or its interval
   * @param value the number with its standard error
   */
  public record Dot(
      String title,
      int colour,
      boolean main,
      String at,
      AxisSpan one,
      AxisSpan two,
      String value) {}

  /** Plots the deciding metric; absent if no cell has one. */
  public static Optional<DotPlot> of(Evidence evidence) {
    return evidence.decisiveMetric().map(metric -> of(evidence, metric));
  }

  private static DotPlot of(Evidence evidence, String metric) {
    List<Outcome> outcomes =
        evidence.outcomes().stream().filter(o -> o.metrics().containsKey(metric)).toList();
    Scale scale = Scale.around(outcomes.stream().flatMapToDouble(o -> ends(o, metric)));
    return new DotPlot(
        CellTable.heading(evidence, metric),
        outcomes.stream().anyMatch(o -> o.metrics().get(metric).error().isPresent()),
        outcomes.stream()
            .filter(Outcome::main)
            .findFirst()
            .map(outcome -> scale.at(outcome.metrics().get(metric).value())),
        scale.ticks(),
        outcomes.stream().map(outcome -> row(outcome, metric, scale)).toList());
  }

  private static DoubleStream ends(Outcome outcome, String metric) {
    MetricValue measure = outcome.metrics().get(metric);
    return DoubleStream.concat(DoubleStream.of(measure.value()), DoubleStream.of(ends(measure, 2)));
  }

  /**
   * So many standard errors to each side, as far as the metric goes; of a biased value, around the
   * middle of its interval, which takes two for the whole.
   */
  private static double[] ends(MetricValue measure, int errors) {
    MetricDescription.Range range = measure.description().range();
    double middle = measure.interval().map(i -> (i.low() + i.high()) / 2).orElse(measure.value());
    double error =
        measure.interval().map(i -> (i.high() - i.low()) / 4).orElse(measure.error().orElse(0))
            * errors;
    return new double[] {range.clip(middle - error), range.clip(middle + error)};
  }

  private static Dot row(Outcome outcome, String metric, Scale scale) {
    MetricValue measure = outcome.metrics().get(metric);
    return new Dot(
        outcome.title(),
        outcome.colour(),
        outcome.main(),
        scale.at(measure.value()),
        interval(scale, ends(measure, 1)),
        interval(scale, ends(measure, 2)),
        Verdict.value(measure));
  }

  private static AxisSpan interval(Scale scale, double[] ends) {
    return new AxisSpan(scale.at(ends[0]), scale.span(ends[0], ends[1]));
  }
}
