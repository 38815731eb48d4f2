package io.flexora.report.html.comparison.figure;

import io.flexora.report.html.evidence.Curve;
import io.flexora.report.html.figure.Chart;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The mean of a curve over seeds, with a standard deviation to each side.
 *
 * @param seeds how many curves it is the mean of
 * @param points step, mean, lower and upper end of the band; the steps that every seed has
 */
record MeanCurve(int seeds, List<double[]> points) {

  static MeanCurve of(List<Curve> seeds) {
    SortedMap<Double, List<Double>> steps = new TreeMap<>();
    for (Curve curve : seeds) {
      for (Curve.Point point : curve.points()) {
        steps.computeIfAbsent(point.step(), step -> new ArrayList<>()).add(point.value());
      }
    }
    List<double[]> points = new ArrayList<>();
    steps.forEach(
        (step, values) -> {
          if (values.size() == seeds.size()) {
            points.add(point(step, values));
          }
        });
    return new MeanCurve(seeds.size(), points);
  }

  /** At most so many points, evenly spaced, with as many digits as the eye can use. */
  List<double[]> drawn(int most) {
    List<double[]> drawn = new ArrayList<>();
    int count = Math.min(most, points.size());
    for (int i = 0; i < count; i++) {
      long from = count == 1 ? 0 : Math.round(i * (points.size() - 1.0) / (count - 1));
      double[] point = points.get((int) from);
      drawn.add(
          new double[] {
            point[0],
            Chart.Line.rounded(point[1]),
            Chart.Line.rounded(point[2]),
            Chart.Line.rounded(point[3])
          });
    }
    return drawn;
  }

  private static double[] point(double step, List<Double> values) {
    double mean = values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    double squares = values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();
    double deviation = values.size() < 2 ? 0 : Math.sqrt(squares / (values.size() - 1));
    // A deviation is that of both sides; below the least loss there is nothing.
    double lower = Math.max(Math.min(0, mean), mean - deviation);
    return new double[] {step, mean, lower, mean + deviation};
  }
}
