package io.flexora.posterior.laplace;

import java.util.function.DoubleUnaryOperator;

/**
 * The curvature of a matrix as a Kronecker product.
 *
 * @param name the matrix
 * @param inputs the factor of its inputs
 * @param gradients the factor of the gradients at its outputs
 */
record MatrixPosterior(String name, Decomposition inputs, Decomposition gradients) {

  /** The elements of the matrix. */
  long parameters() {
    return (long) inputs.side() * gradients.side();
  }

  /** Whether no eigenvalue is left out. */
  boolean isWhole() {
    return inputs.isWhole() && gradients.isWhole();
  }

  /** The sum of a function over the kept eigenvalues of the product. */
  double sum(DoubleUnaryOperator f) {
    double[] ofInputs = inputs.values().toDoubleArray();
    double sum = 0;
    for (double of : gradients.values().toDoubleArray()) {
      for (double value : ofInputs) {
        sum += f.applyAsDouble(of * value);
      }
    }
    return sum;
  }

  /** The number of eigenvalues that are left out. */
  long leftOut() {
    return parameters() - (long) inputs.kept() * gradients.kept();
  }
}
