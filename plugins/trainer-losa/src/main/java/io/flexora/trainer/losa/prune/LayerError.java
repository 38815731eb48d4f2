package io.flexora.trainer.losa.prune;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.flexora.numerics.vector.Workspace;
import java.util.Arrays;

/**
 * The distance of the outputs of a pruned layer from those of the dense one: E = Σ over tokens and
 * channels c of ((D − P) / σ_c)² / d, where D is the dense model's output, P the pruned one's, and
 * σ_c the norm of channel c of D over all tokens. A channel that is always zero counts for nothing.
 */
final class LayerError {

  private double[] differences = new double[0];
  private double[] norms = new double[0];

  /** Adds outputs {@code [tokens, d]}. */
  void add(NDManager scope, NDArray dense, NDArray pruned) {
    try (Workspace work = new Workspace(scope)) {
      NDArray shared = work.share(dense);
      differences = plus(differences, squares(shared.sub(work.share(pruned))));
      norms = plus(norms, squares(shared));
    }
  }

  private static double[] squares(NDArray rows) {
    return rows.square().sum(new int[] {0}).toType(DataType.FLOAT64, true).toDoubleArray();
  }

  private static double[] plus(double[] sum, double[] more) {
    double[] result = sum.length == 0 ? new double[more.length] : Arrays.copyOf(sum, sum.length);
    for (int i = 0; i < more.length; i++) {
      result[i] += more[i];
    }
    return result;
  }

  /** E. */
  double value() {
    double sum = 0;
    for (int c = 0; c < norms.length; c++) {
      sum += norms[c] == 0 ? 0 : differences[c] / norms[c];
    }
    return sum / norms.length;
  }
}
