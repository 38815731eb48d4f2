package io.flexora.web;

import java.util.ArrayList;
import java.util.List;

/** One figure of one phase, step by step. */
final class StepCurve {

  private static final int POINTS = 300;

  private final List<double[]> points = new ArrayList<>();

  /** Adds a step; a phase that was resumed goes back, and its later steps are taken anew. */
  void add(long step, double value) {
    backTo(step - 1);
    points.add(new double[] {step, value});
  }

  /** Forgets what came after a step. */
  void backTo(long step) {
    while (!points.isEmpty() && points.get(points.size() - 1)[0] > step) {
      points.remove(points.size() - 1);
    }
  }

  /** Step and value, at most {@value #POINTS} of them: of a longer curve, evenly chosen ones. */
  List<List<Double>> shown() {
    int size = points.size();
    int count = Math.min(size, POINTS);
    List<List<Double>> shown = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double[] point = points.get(count == 1 ? 0 : (int) ((long) i * (size - 1) / (count - 1)));
      shown.add(List.of(point[0], point[1]));
    }
    return shown;
  }
}
