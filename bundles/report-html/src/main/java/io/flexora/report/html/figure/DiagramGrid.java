package io.flexora.report.html.figure;

import io.flexora.api.evaluate.MetricValue.Diagram;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The diagrams of one metric, a panel for each cell or strategy.
 *
 * @param metric the name of the metric
 * @param title what they show
 * @param x what runs to the right
 * @param y what runs up
 * @param seeded whether a panel shows several seeds, which the table tells apart
 * @param panels the panels
 * @param table the same as figures
 */
public record DiagramGrid(
    String metric,
    String title,
    String x,
    String y,
    boolean seeded,
    List<Panel> panels,
    FigureTable table) {

  /** The side of a panel, and the height of the bars below it, in units of the drawing. */
  private static final double SIDE = 100;

  private static final double BARS = 24;
  private static final double BAR_WIDTH = 3;

  /** A point with its interval and the bar of its examples, in units of the drawing. */
  public record PanelPoint(
      String x, String y, String low, String high, String left, String height, String tip) {}

  /** A panel. */
  public record Panel(String title, int colour, List<PanelPoint> points, String words) {}

  /**
   * A diagram of a cell.
   *
   * @param seed the cell's seed, where a panel shows several
   * @param diagram what it shows
   */
  public record Drawn(Optional<String> seed, Diagram diagram) {}

  /**
   * The source of a panel.
   *
   * @param title the name of the cell or strategy
   * @param colour the number of its colour
   * @param diagrams by the name of the metric, one for each seed
   */
  public record PanelSource(String title, int colour, Map<String, List<Drawn>> diagrams) {}

  /** Draws the diagrams of each metric that has any. */
  public static List<DiagramGrid> of(List<PanelSource> sources) {
    return of(sources, "");
  }

  /** Draws the same of a further test set, which the titles name. */
  static List<DiagramGrid> onTestSet(String name, List<PanelSource> sources) {
    return of(sources, " on the test set " + name);
  }

  private static List<DiagramGrid> of(List<PanelSource> sources, String where) {
    Map<String, List<PanelSource>> byMetric = new LinkedHashMap<>();
    for (PanelSource source : sources) {
      source
          .diagrams()
          .keySet()
          .forEach(metric -> byMetric.computeIfAbsent(metric, m -> new ArrayList<>()).add(source));
    }
    return byMetric.entrySet().stream().map(of -> of(of.getKey(), of.getValue(), where)).toList();
  }

  private static DiagramGrid of(String metric, List<PanelSource> sources, String where) {
    Drawn any = sources.get(0).diagrams().get(metric).get(0);
    Diagram first = any.diagram();
    boolean seeded = any.seed().isPresent();
    String title = first.title() + " (" + metric.replace('_', ' ') + ")" + where;
    FigureTable table = FigureTable.of(title, columns(first, seeded));
    List<Panel> panels = new ArrayList<>();
    for (PanelSource source : sources) {
      List<Drawn> diagrams = source.diagrams().get(metric);
      diagrams.forEach(drawn -> rows(table, source.title(), drawn));
      panels.add(panel(source, diagrams));
    }
    return new DiagramGrid(metric, title, first.x(), first.y(), seeded, panels, table);
  }

  private static List<String> columns(Diagram diagram, boolean seeded) {
    List<String> columns = new ArrayList<>(List.of("Cell"));
    if (seeded) {
      columns.add("#Seed");
    }
    columns.addAll(List.of("#Examples", "#" + diagram.x(), "#" + diagram.y(), "#95 % interval"));
    return columns;
  }

  private static void rows(FigureTable table, String name, Drawn drawn) {
    for (Diagram.Point point : drawn.diagram().points()) {
      Stream<String> figures =
          Stream.of(
              Numerals.count((double) point.examples()),
              Numerals.fixed(point.x(), 3),
              Numerals.fixed(point.y(), 3),
              Numerals.range(point.low(), point.high(), 3));
      table.row(name, false, Stream.concat(drawn.seed().stream(), figures).toList());
    }
  }

  private static Panel panel(PanelSource source, List<Drawn> diagrams) {
    long most =
        diagrams.stream()
            .flatMap(drawn -> drawn.diagram().points().stream())
            .mapToLong(Diagram.Point::examples)
            .max()
            .orElse(1);
    List<PanelPoint> points = diagrams.stream().flatMap(drawn -> points(drawn, most)).toList();
    return new Panel(
        source.title(),
        source.colour(),
        points,
        source.title()
            + ": "
            + points.size()
            + " groups of examples; the figures follow as a table");
  }

  private static Stream<PanelPoint> points(Drawn drawn, long most) {
    String seed = drawn.seed().map(of -> "seed " + of + ": ").orElse("");
    return drawn.diagram().points().stream().map(point -> point(seed, point, most));
  }

  private static PanelPoint point(String seed, Diagram.Point point, long most) {
    return new PanelPoint(
        number(point.x() * SIDE),
        number((1 - point.y()) * SIDE),
        number((1 - point.low()) * SIDE),
        number((1 - point.high()) * SIDE),
        number(point.x() * SIDE - BAR_WIDTH / 2),
        number(BARS * point.examples() / most),
        "%s%s examples at %s: %s (%s)"
            .formatted(
                seed,
                Numerals.count((double) point.examples()),
                Numerals.fixed(point.x(), 3),
                Numerals.fixed(point.y(), 3),
                Numerals.range(point.low(), point.high(), 3)));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
