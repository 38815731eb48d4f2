package io.flexora.posterior.laplace;

import ai.djl.ndarray.NDArray;

/**
 * A symmetric matrix by eigenvalues and eigenvectors, all of them or the largest, in float64; what
 * is left out counts as zero.
 *
 * @param values {@code [kept]}
 * @param vectors as columns {@code [side, kept]}
 */
record Decomposition(NDArray values, NDArray vectors) {

  int side() {
    return (int) vectors.getShape().get(0);
  }

  int kept() {
    return (int) vectors.getShape().get(1);
  }

  boolean isWhole() {
    return side() == kept();
  }

  /** The same divided by a number. */
  Decomposition dividedBy(double divisor) {
    values.divi(divisor);
    return this;
  }
}
