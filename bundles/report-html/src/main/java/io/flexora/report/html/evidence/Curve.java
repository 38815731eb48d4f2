package io.flexora.report.html.evidence;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A figure over the steps of a part.
 *
 * @param points ascending in the step
 */
public record Curve(List<Point> points) {

  /** A figure at a step. */
  public record Point(double step, double value) {}

  /** Copies the points. */
  public Curve {
    points = List.copyOf(points);
  }

  /** The number of points. */
  public int size() {
    return points.size();
  }

  /** The first point, if there is one. */
  public Optional<Point> first() {
    return points.stream().findFirst();
  }

  /** The last point, if there is one. */
  public Optional<Point> last() {
    return points.isEmpty() ? Optional.empty() : Optional.of(points.get(points.size() - 1));
  }

  /** The first of the lowest points, if there is one. */
  public Optional<Point> lowest() {
    return points.stream().min(Comparator.comparingDouble(Point::value));
  }

  /**
   * The mean of each point and its neighbours, as many on either side: a fortieth of the curve,
   * less near the ends. Unlike a running average it does not lag behind the curve.
   */
  public Curve smoothed() {
    int reach = points.size() / 40;
    double[] sums = new double[points.size() + 1];
    for (int i = 0; i < points.size(); i++) {
      sums[i + 1] = sums[i] + points.get(i).value();
    }
    List<Point> smooth = new ArrayList<>();
    for (int i = 0; i < points.size(); i++) {
      int side = Math.min(reach, Math.min(i, points.size() - 1 - i));
      double mean = (sums[i + side + 1] - sums[i - side]) / (2 * side + 1);
      smooth.add(new Point(points.get(i).step(), mean));
    }
    return new Curve(smooth);
  }

  /** At most so many points, evenly spaced, the first and the last among them. */
  public Curve thinned(int most) {
    if (points.size() <= most) {
      return this;
    }
    List<Point> kept = new ArrayList<>();
    for (int i = 0; i < most; i++) {
      kept.add(points.get((int) Math.round(i * (points.size() - 1.0) / (most - 1))));
    }
    return new Curve(kept);
  }
}
