package io.flexora.numerics.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;

/**
 * The numbers of an array as Java's doubles.
 *
 * @since 0.1
 */
public final class ArrayValues {

  private ArrayValues() {}

  /** Copies a float32 or float64 array, row-major. */
  public static double[] of(NDArray array) {
    if (array.getDataType() == DataType.FLOAT64) {
      return array.toDoubleArray();
    }
    float[] values = array.toFloatArray();
    double[] wide = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }
}
