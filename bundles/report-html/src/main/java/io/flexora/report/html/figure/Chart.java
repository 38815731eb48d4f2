package io.flexora.report.html.figure;

import io.flexora.report.html.evidence.Curve;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A line chart, drawn in the page by ECharts.
 *
 * @param id the element that holds it
 * @param title what it shows
 * @param note how to read it; may be empty
 * @param x what runs to the right
 * @param domain the ends of the axis to the right; whole steps up to the last one if absent
 * @param y what runs up
 * @param range the ends of the upward axis; chosen by the chart if absent
 * @param lines the lines, the later ones on top
 * @param levels heights to compare with
 */
public record Chart(
    String id,
    String title,
    String note,
    String x,
    Optional<Scale> domain,
    String y,
    Optional<Scale> range,
    List<Line> lines,
    List<Double> levels)
    implements Drawing {

  private static final int MOST_POINTS = 400;

  /** The look of a line. */
  public enum Look {
    /** As it is. */
    PLAIN,
    /** In front of the others. */
    STRONG,
    /** Behind the others and without a label. */
    FAINT,
    /** With a dot at each point. */
    DOTTED,
    /** Dashed, to tell it from another of the same colour. */
    DASHED,
    /** In steps: each point's height begins at the point before. */
    STEPPED
  }

  /**
   * A line.
   *
   * @param name its label
   * @param colour the CSS variable of its colour
   * @param look how it looks
   * @param labelled whether its name stands at its end
   * @param points pairs of x and y; with a band around the line, also its lower and upper end
   */
  public record Line(
      String name, String colour, Look look, boolean labelled, List<double[]> points) {

    static Line of(String name, String colour, Look look, Curve curve) {
      List<double[]> points =
          curve.thinned(MOST_POINTS).points().stream()
              .map(point -> new double[] {point.step(), rounded(point.value())})
              .toList();
      return new Line(name, colour, look, look != Look.FAINT, points);
    }

    Line unlabelled() {
      return new Line(name, colour, look, false, points);
    }

    /** A number with as many digits as the eye can use. */
    public static double rounded(double value) {
      return value == 0
          ? 0
          : Double.parseDouble(String.format(java.util.Locale.ROOT, "%.5g", value));
    }
  }

  /** Whether there is anything to draw. */
  public boolean present() {
    return lines.stream().anyMatch(line -> line.points().size() > 1);
  }

  /** Whether there are points, but no line has two of them. */
  public boolean pointsAlone() {
    return !present() && lines.stream().anyMatch(line -> !line.points().isEmpty());
  }

  @Override
  public Map<String, Object> data() {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("id", id);
    data.put("x", x);
    data.put("y", y);
    data.put("end", end().orElse(0));
    domain.ifPresent(scale -> data.put("domain", List.of(scale.min(), scale.max())));
    range.ifPresent(scale -> data.put("range", List.of(scale.min(), scale.max())));
    data.put("lines", lines);
    data.put("levels", levels);
    return data;
  }

  /** What a reader hears who does not see it. */
  public String spoken() {
    return "Line chart: " + title + ", " + y + " over " + x + ". The figures follow as a table.";
  }

  /** The greatest x. */
  public OptionalDouble end() {
    return lines.stream().flatMap(l -> l.points().stream()).mapToDouble(point -> point[0]).max();
  }
}
