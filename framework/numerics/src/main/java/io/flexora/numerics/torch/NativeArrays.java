package io.flexora.numerics.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.Buffer;

/**
 * Arrays that own their memory. What {@link NDManager#create(float[])} and its like give looks, on
 * a CPU, at a buffer of Java's, which is freed with that very array: another array on the same
 * memory, as a view, {@code stopGradient}, or a conversion to the type that it has already, then
 * reads whatever comes to lie there. Arrays made here can be shared like any other.
 *
 * @since 0.1
 */
public final class NativeArrays {

  private NativeArrays() {}

  /** A vector, float32. */
  public static NDArray of(NDManager owner, float[] values) {
    return own(owner.create(values));
  }

  /** An array of a shape, float32. */
  public static NDArray of(NDManager owner, float[] values, Shape shape) {
    return own(owner.create(values, shape));
  }

  /** A vector, float64. */
  public static NDArray of(NDManager owner, double[] values) {
    return own(owner.create(values));
  }

  /** An array of a shape, float64. */
  public static NDArray of(NDManager owner, double[] values, Shape shape) {
    return own(owner.create(values, shape));
  }

  /** A vector, int64. */
  public static NDArray of(NDManager owner, long[] values) {
    return own(owner.create(values));
  }

  /** An array of a shape, int64. */
  public static NDArray of(NDManager owner, long[] values, Shape shape) {
    return own(owner.create(values, shape));
  }

  /** A number without dimensions, float32. */
  public static NDArray of(NDManager owner, float value) {
    return own(owner.create(value));
  }

  /** A number without dimensions, int64. */
  public static NDArray of(NDManager owner, long value) {
    return own(owner.create(value));
  }

  /** An array of a shape from a buffer's remaining bytes, in the machine's order. */
  public static NDArray of(NDManager owner, Buffer values, Shape shape, DataType type) {
    return own(owner.create(values, shape, type));
  }

  /**
   * Converts into an array of its own, also where the type is the same already.
   *
   * @param owner the owner of the result
   */
  public static NDArray convert(NDManager owner, NDArray array, DataType type) {
    NDArray converted = array.getDataType() == type ? array.duplicate() : array.toType(type, false);
    converted.attach(owner);
    return converted;
  }

  private static NDArray own(NDArray made) {
    try (made) {
      return made.duplicate();
    }
  }
}
