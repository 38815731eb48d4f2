package io.flexora.selector.pruned;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * Multipliers g of what the parts of a trained theta add, theta held fixed: from g = 1, proximal
 * steps on the validation loss L(g) + λ Σ g with g at least 0, of which each is g = max(0, g - η
 * (∇L + λ)). η is halved twice where L rises above its quadratic bound, and otherwise follows the
 * curvature of the last step. λ grows after each step that is taken, from a tenth of what a part
 * lowers the loss by on average to a hundred times that.
 *
 * @param path the multipliers after each step that was taken, those at the start first
 */
record PenalisedGates(List<double[]> path) {

  private static final double FIRST_PENALTY = 0.1;
  private static final double GROWTH = 1000;
  private static final double BACK = 4;

  /**
   * Descends.
   *
   * @param scope the owner of temporary arrays
   * @param parts the number of parts
   * @param steps the gradients that are taken beside the two at the ends
   */
  static PenalisedGates of(
      NDManager scope, PrunedTheta theta, int parts, List<Integer> examples, int steps) {
    double[] gates = new double[parts];
    double without = theta.slope(scope, gates, examples).loss();
    Arrays.fill(gates, 1);
    PrunedTheta.Slope at = theta.slope(scope, gates, examples);
    // Not below what rounding makes of the loss, as the first rate is its inverse.
    double least = Math.max(1e-6 * Math.abs(at.loss()), Double.MIN_NORMAL);
    double gain = Math.max(Math.abs(without - at.loss()), least);
    double penalty = FIRST_PENALTY * gain / parts;
    double rate = 1 / gain;
    List<double[]> path = new ArrayList<>(List.of(gates));
    for (int step = 0; step < steps; step++) {
      double[] next = new double[parts];
      for (int i = 0; i < parts; i++) {
        next[i] = Math.max(0, gates[i] - rate * (at.gradient()[i] + penalty));
      }
      PrunedTheta.Slope found = theta.slope(scope, next, examples);
      double moved = 0;
      double bound = at.loss();
      double curvature = 0;
      for (int i = 0; i < parts; i++) {
        double by = next[i] - gates[i];
        moved += by * by;
        bound += by * at.gradient()[i];
        curvature += by * (found.gradient()[i] - at.gradient()[i]);
      }
      // Not larger, with room for rounding; a loss that is no number is larger than any.
      if (!(found.loss() <= bound + moved / (2 * rate) + 1e-6 * Math.abs(at.loss()))) {
        rate /= BACK;
        continue;
      }
      rate = curvature > 0 ? Math.min(BACK * rate, moved / curvature) : BACK * rate;
      gates = next;
      at = found;
      path.add(gates);
      penalty *= Math.pow(GROWTH, 1.0 / steps);
    }
    return new PenalisedGates(path);
  }

  /** The mean of each part's multiplier over the path, by which the parts are ordered. */
  List<Double> means() {
    double[] means = new double[path.get(0).length];
    for (double[] gates : path) {
      for (int i = 0; i < means.length; i++) {
        means[i] += gates[i] / path.size();
      }
    }
    return DoubleStream.of(means).boxed().toList();
  }

  /**
   * The multipliers of a choice: the last ones with which all of it is there, and zero for the
   * rest.
   *
   * @param kept the parts that are kept
   */
  double[] of(List<Integer> kept) {
    double[] last = path.get(0);
    for (double[] gates : path) {
      if (kept.stream().allMatch(part -> gates[part] > 0)) {
        last = gates;
      }
    }
    double[] multipliers = new double[last.length];
    for (int part : kept) {
      multipliers[part] = last[part];
    }
    return multipliers;
  }
}
