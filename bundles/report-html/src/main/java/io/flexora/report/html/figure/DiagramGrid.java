package io.flexora.report.html.figure;

import io.flexora.api.metric.Diagram;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The diagrams of one metric, a panel for each cell or strategy.
 *
 * @param title what they show
 * @param x what runs to the right
 * @param y what runs up
 * @param panels the panels
 * @param table the same as figures
 */
public record DiagramGrid(String title, String x, String y, List<Panel> panels, Table table) {

  /** The side of a panel, and the height of the bars below it, in units of the drawing. */
  private static final double SIDE = 100;

  private static final double BARS = 24;
  private static final double BAR_WIDTH = 3;

  /** A point with its interval and the bar of its examples, in units of the drawing. */
  public record Point(
      String x, String y, String low, String high, String left, String height, String tip) {}

  /** A panel. */
  public record Panel(String title, int colour, List<Point> points, String words) {}

  /**
   * What a panel shows.
   *
   * @param title the name of the cell or strategy
   * @param colour the number of its colour
   * @param diagrams by the name of the metric, one for each seed
   */
  public record Source(String title, int colour, Map<String, List<Diagram>> diagrams) {}

  /** Draws the diagrams of each metric that has any. */
  public static List<DiagramGrid> of(List<Source> sources) {
    Map<String, List<Source>> byMetric = new LinkedHashMap<>();
    for (Source source : sources) {
      source
          .diagrams()
          .keySet()
          .forEach(metric -> byMetric.computeIfAbsent(metric, m -> new ArrayList<>()).add(source));
    }
    return byMetric.entrySet().stream().map(of -> of(of.getKey(), of.getValue())).toList();
  }

  private static DiagramGrid of(String metric, List<Source> sources) {
    Diagram first = sources.get(0).diagrams().get(metric).get(0);
    String title = first.title() + " (" + metric.replace('_', ' ') + ")";
    Table table =
        Table.of(title, "Cell", "#Examples", "#" + first.x(), "#" + first.y(), "#95 % interval");
    List<Panel> panels = new ArrayList<>();
    for (Source source : sources) {
      List<Diagram.Point> points =
          source.diagrams().get(metric).stream().flatMap(d -> d.points().stream()).toList();
      points.forEach(
          point ->
              table.row(
                  source.title(),
                  false,
                  List.of(
                      Numerals.count((double) point.examples()),
                      Numerals.fixed(point.x(), 3),
                      Numerals.fixed(point.y(), 3),
                      Numerals.range(point.low(), point.high(), 3))));
      panels.add(panel(source, points));
    }
    return new DiagramGrid(title, first.x(), first.y(), panels, table);
  }

  private static Panel panel(Source source, List<Diagram.Point> points) {
    long most = points.stream().mapToLong(Diagram.Point::examples).max().orElse(1);
    return new Panel(
        source.title(),
        source.colour(),
        points.stream().map(point -> point(point, most)).toList(),
        source.title()
            + ": "
            + points.size()
            + " groups of examples; the figures follow as a table");
  }

  private static Point point(Diagram.Point point, long most) {
    return new Point(
        number(point.x() * SIDE),
        number((1 - point.y()) * SIDE),
        number((1 - point.low()) * SIDE),
        number((1 - point.high()) * SIDE),
        number(point.x() * SIDE - BAR_WIDTH / 2),
        number(BARS * point.examples() / most),
        "%s examples at %s: %s (%s)"
            .formatted(
                Numerals.count((double) point.examples()),
                Numerals.fixed(point.x(), 3),
                Numerals.fixed(point.y(), 3),
                Numerals.range(point.low(), point.high(), 3)));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
