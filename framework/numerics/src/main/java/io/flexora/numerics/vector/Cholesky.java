package io.flexora.numerics.vector;

/**
 * The Cholesky factor of a small matrix: L, lower triangular, where L Lᵀ is the matrix.
 *
 * @since 0.1
 */
public final class Cholesky {

  private Cholesky() {}

  /**
   * Computes the factor.
   *
   * @param matrix symmetric and positive definite, or so but for rounding, where what is negative
   *     counts as 0; what is above its diagonal is not read
   */
  public static double[][] factor(double[][] matrix) {
    int side = matrix.length;
    double[][] factor = new double[side][side];
    for (int i = 0; i < side; i++) {
      for (int j = 0; j <= i; j++) {
        double left = matrix[i][j];
        for (int k = 0; k < j; k++) {
          left -= factor[i][k] * factor[j][k];
        }
        factor[i][j] = i == j ? Math.sqrt(Math.max(left, 0)) : quotient(left, factor[j][j]);
      }
    }
    return factor;
  }

  /** Where rounding has left nothing of a variance, there is no covariance either. */
  private static double quotient(double left, double root) {
    return root == 0 ? 0 : left / root;
  }

  /** Solves L u = v. */
  public static double[] forward(double[][] factor, double[] v) {
    double[] u = v.clone();
    for (int i = 0; i < u.length; i++) {
      for (int k = 0; k < i; k++) {
        u[i] -= factor[i][k] * u[k];
      }
      u[i] /= factor[i][i];
    }
    return u;
  }

  /** Solves Lᵀ u = v. */
  public static double[] backward(double[][] factor, double[] v) {
    double[] u = v.clone();
    for (int i = u.length - 1; i >= 0; i--) {
      for (int k = i + 1; k < u.length; k++) {
        u[i] -= factor[k][i] * u[k];
      }
      u[i] /= factor[i][i];
    }
    return u;
  }
}
