package io.flexora.trainer.losa.prune;

import io.flexora.numerics.layer.KernelAlignment;
import java.util.Arrays;

/**
 * The similarity of layers: linear centred kernel alignment (CKA, Kornblith et al. 2019) of what
 * they are given.
 */
public final class Similarity {

  private Similarity() {}

  /**
   * The linear CKA of all pairs.
   *
   * @param grams for each layer the products X Xᵀ {@code [samples][samples]} of its inputs, one
   *     flattened sample in each row of X; at least two samples
   * @return {@code [layers][layers]}, in [0, 1]; 0 where the inputs of a layer do not vary
   */
  public static double[][] cka(double[][][] grams) {
    int layers = grams.length;
    double[][] cka = new double[layers][layers];
    for (int i = 0; i < layers; i++) {
      for (int j = 0; j < layers; j++) {
        cka[i][j] = KernelAlignment.biased(grams[i], grams[j]).orElse(0);
      }
    }
    return cka;
  }

  /**
   * How important layers are: exp(−q_i / Σ q), where q_i is the sum of a layer's similarities to
   * all others. A layer that resembles the others is redundant.
   *
   * @param cka as of {@link #cka}
   */
  public static double[] importances(double[][] cka) {
    double[] redundancies = new double[cka.length];
    for (int i = 0; i < cka.length; i++) {
      redundancies[i] = Arrays.stream(cka[i]).sum() - cka[i][i];
    }
    double all = Arrays.stream(redundancies).sum();
    return Arrays.stream(redundancies).map(q -> all == 0 ? 1 : Math.exp(-q / all)).toArray();
  }
}
