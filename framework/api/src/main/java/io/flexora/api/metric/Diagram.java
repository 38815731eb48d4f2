package io.flexora.api.metric;

import java.util.List;
import java.util.Objects;

/**
 * A diagram beside the number of a metric, such as a reliability diagram: groups of examples as
 * points, both axes from 0 to 1.
 *
 * @param title its name, such as {@code Reliability}
 * @param x the quantity that runs to the right, such as {@code mean confidence}
 * @param y the quantity that runs up, such as {@code accuracy}
 * @param points the groups, in the order of x; those without examples are left out
 * @since 0.1
 */
public record Diagram(String title, String x, String y, List<DiagramPoint> points) {

  /**
   * A group of examples.
   *
   * @param x where it lies, from 0 to 1
   * @param y the height, from 0 to 1
   * @param low the lower end of the 95 % confidence interval of y
   * @param high the upper end
   * @param examples the number of examples in the group
   */
  public record DiagramPoint(double x, double y, double low, double high, long examples) {}

  /** Copies the points. */
  public Diagram {
    Objects.requireNonNull(title);
    Objects.requireNonNull(x);
    Objects.requireNonNull(y);
    points = List.copyOf(points);
  }
}
