package io.flexora.tuner.tpe;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The weights of a mixture: one for each trial, from the oldest, and 1 for the prior. Of many
 * trials the newest 25 have the weight 1 and the older ones less, as their values were drawn from
 * worse models.
 */
final class Weights {

  private static final int RECENT = 25;

  private Weights() {}

  /** The weights of so many trials and of the prior, which is the last; their sum is 1. */
  static double[] of(int trials) {
    double[] weights = new double[trials + 1];
    Arrays.fill(weights, 1);
    int old = trials - RECENT;
    for (int i = 0; i < old; i++) {
      // From 1 / trials to 1 in even steps, both included; a single one is the first of them.
      double step = old == 1 ? 0 : (1 - 1.0 / trials) / (old - 1);
      weights[i] = 1.0 / trials + i * step;
    }
    double sum = Arrays.stream(weights).sum();
    return Arrays.stream(weights).map(weight -> weight / sum).toArray();
  }

  /** Draws an index, each as likely as its weight. */
  static int draw(double[] weights, SplittableRandom random) {
    double left = random.nextDouble();
    for (int i = 0; i < weights.length - 1; i++) {
      left -= weights[i];
      if (left < 0) {
        return i;
      }
    }
    return weights.length - 1;
  }

  /** The logarithm of a sum of which the logarithms of the terms are given, without overflow. */
  static double logSum(double[] logs) {
    double most = Arrays.stream(logs).max().orElseThrow();
    return Double.isInfinite(most)
        ? most
        : most + Math.log(Arrays.stream(logs).map(log -> Math.exp(log - most)).sum());
  }
}
