package io.flexora.api.adapter;

/**
 * The dependence of an adapter's change of a matrix on that matrix.
 *
 * @since 0.1
 */
public enum MatrixUse {
  /** Not at all: it is added to whatever the matrix is. */
  ADDED,
  /** Rows or columns are scaled: zeros stay zeros, and the bias stays as it is. */
  SCALED,
  /** Outputs are scaled, and with them the bias; or inputs, in one of the forms of the method. */
  SCALED_WITH_BIAS,
  /** Numbers of the matrix are mixed: its zeros would not stay, so it cannot be pruned. */
  MIXED;

  /** Whether the change depends on the matrix. */
  public boolean isUsed() {
    return this != ADDED;
  }

  /** Whether the method can be put on pruned matrices. */
  public boolean keepsZeros() {
    return this != MIXED;
  }
}
