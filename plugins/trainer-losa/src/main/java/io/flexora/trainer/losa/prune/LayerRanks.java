package io.flexora.trainer.losa.prune;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** The ranks of layers' adapters, in proportion to what pruning has cost each layer. */
public final class LayerRanks {

  private LayerRanks() {}

  /**
   * Gives out ranks: r_l = E_l / Σ E · R n, rounded, from 1 to the greatest. What the sum then has
   * too much is taken, 1 each, from the layers with the smallest errors first; what it lacks is
   * given to those with the largest first. A layer at a bound is passed over; the rounds end when
   * the sum is R n, or all layers are at that bound.
   *
   * @param errors E, one for each layer, at least 0; equal ones give equal ranks, as do zeros alone
   * @param average R, the average rank
   * @param greatest the rank that the adapter's arrays have
   */
  public static int[] of(double[] errors, int average, int greatest) {
    int layers = errors.length;
    double all = Arrays.stream(errors).sum();
    int wanted = Math.multiplyExact(average, layers);
    int[] ranks = new int[layers];
    for (int layer = 0; layer < layers; layer++) {
      double share = all == 0 ? 1.0 / layers : errors[layer] / all;
      ranks[layer] = (int) Math.max(1, Math.min(greatest, Math.rint(share * wanted)));
    }
    mend(ranks, errors, wanted, greatest);
    return ranks;
  }

  private static void mend(int[] ranks, double[] errors, int wanted, int greatest) {
    List<Integer> bySmallest =
        IntStream.range(0, ranks.length)
            .boxed()
            .sorted(Comparator.comparingDouble(layer -> errors[layer]))
            .toList();
    int missing = wanted - Arrays.stream(ranks).sum();
    int step = Integer.signum(missing);
    int bound = step > 0 ? greatest : 1;
    while (missing != 0 && Arrays.stream(ranks).anyMatch(rank -> rank != bound)) {
      for (int place = 0; place < ranks.length && missing != 0; place++) {
        int layer = bySmallest.get(step > 0 ? ranks.length - 1 - place : place);
        if (ranks[layer] != bound) {
          ranks[layer] += step;
          missing -= step;
        }
      }
    }
  }
}
