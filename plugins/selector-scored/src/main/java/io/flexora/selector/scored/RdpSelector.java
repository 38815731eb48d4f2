package io.flexora.selector.scored;

import ai.djl.ndarray.NDArray;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Seeds;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.IntStream;

/**
 * Scores layers by the corners of the trajectory of the hidden states (RDP-LoRA, arXiv 2604.19321):
 * the points are the mean states before the first layer and after each, and the
 * Ramer-Douglas-Peucker algorithm takes the point farthest from its chord, then the farthest of
 * both spans, and so on. The first point taken scores 1, each later one less by one over the number
 * of layers, and the layer without a point 0.
 *
 * <p>The best-first order and the layer that a point stands for are choices of this implementation.
 */
@Doc(
    "Keep the layers at the corners of the hidden states' trajectory (RDP-LoRA): the point farthest"
        + " from its chord first. It costs a forward pass for each example, and trains nothing.")
public final class RdpSelector extends StatesSelector {

  private final RdpOptions options;

  @Inject
  RdpSelector(RdpOptions options, Seeds seeds) {
    super("rdp", options.states(), seeds);
    this.options = options;
  }

  @Override
  NDArray measured(NDArray before, NDArray after) {
    return after.mean(new int[] {0});
  }

  @Override
  List<Double> scores(double[][] sums) {
    int layers = sums.length - 1;
    double[][] points =
        options.points() == RdpOptions.Points.RAW
            ? sums
            : Arrays.stream(sums).map(RdpSelector::unit).toArray(double[][]::new);
    Double[] scores = new Double[layers];
    Arrays.fill(scores, 0.0);
    List<Integer> order = order(points);
    for (int i = 0; i < order.size(); i++) {
      int layer = order.get(i) - (options.side() == RdpOptions.Side.OUT_OF ? 1 : 0);
      scores[layer] = (double) (layers - i) / layers;
    }
    return List.of(scores);
  }

  private static double[] unit(double[] point) {
    double length = Math.sqrt(product(point, point));
    return length == 0 ? point : Arrays.stream(point).map(x -> x / length).toArray();
  }

  /** A part of the trajectory, with its point farthest from the chord. */
  private record Span(int from, int to, int farthest, double distance) {

    static Span of(double[][] points, int from, int to) {
      int farthest = from + 1;
      double distance = -1;
      for (int i = from + 1; i < to; i++) {
        double d = fromLine(points[i], points[from], points[to]);
        if (d > distance) {
          farthest = i;
          distance = d;
        }
      }
      return new Span(from, to, farthest, distance);
    }

    boolean isOpen() {
      return to - from > 1;
    }
  }

  /** The inner points of a polyline in the order in which its simplification takes them. */
  static List<Integer> order(double[][] points) {
    PriorityQueue<Span> spans =
        new PriorityQueue<>(
            Comparator.comparingDouble(Span::distance).reversed().thenComparing(Span::farthest));
    spans.add(Span.of(points, 0, points.length - 1));
    List<Integer> order = new ArrayList<>();
    while (!spans.isEmpty()) {
      Span span = spans.remove();
      if (span.isOpen()) {
        order.add(span.farthest());
        spans.add(Span.of(points, span.from(), span.farthest()));
        spans.add(Span.of(points, span.farthest(), span.to()));
      }
    }
    return order;
  }

  /** The distance of a point from the line through two others, or from them where they are one. */
  private static double fromLine(double[] point, double[] from, double[] to) {
    double[] chord = difference(to, from);
    double[] way = difference(point, from);
    double length = product(chord, chord);
    double along = length == 0 ? 0 : product(way, chord) / length;
    return Math.sqrt(
        IntStream.range(0, way.length)
            .mapToDouble(i -> way[i] - along * chord[i])
            .map(x -> x * x)
            .sum());
  }

  private static double[] difference(double[] a, double[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> a[i] - b[i]).toArray();
  }

  private static double product(double[] a, double[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> a[i] * b[i]).sum();
  }
}
