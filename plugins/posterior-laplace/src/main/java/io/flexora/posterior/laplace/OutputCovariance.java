package io.flexora.posterior.laplace;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.ability.ClassGradients.ExampleGradients;
import java.util.Arrays;
import java.util.List;

/**
 * The covariance of an example's class outputs f under the posterior of the parameters, f taken as
 * linear in them: J (H + lambda I)⁻¹ Jᵀ with the whole Jacobian J. Where the gradients are those of
 * differences, it is that of f less what no softmax sees: a number, the same for all classes, of
 * each matrix but the head.
 *
 * @param script computes
 * @param matrices the uncertain matrices
 * @param posterior their posterior
 */
record OutputCovariance(
    LaplaceScript script, ExampleMatrices matrices, GaussianPosterior posterior) {

  /**
   * The covariance for each prior precision {@code [precisions][classes][classes]}.
   *
   * @param scope the owner of temporary arrays
   */
  double[][][] of(NDManager scope, ExampleGradients found, double... precisions) {
    List<MatrixData> data = matrices.of(scope, found);
    int classes = found.outputs().length;
    double[] sum = new double[precisions.length * classes * classes];
    for (int m = 0; m < data.size(); m++) {
      try (NDManager own = scope.newSubManager()) {
        NDArray part =
            script.covariances(own, data.get(m), posterior.matrices().get(m), precisions);
        double[] values = part.toDoubleArray();
        Arrays.setAll(sum, i -> sum[i] + values[i]);
      }
    }
    double[][][] covariances = new double[precisions.length][classes][];
    for (int p = 0; p < precisions.length; p++) {
      for (int c = 0; c < classes; c++) {
        int from = (p * classes + c) * classes;
        covariances[p][c] = Arrays.copyOfRange(sum, from, from + classes);
      }
    }
    return covariances;
  }
}
