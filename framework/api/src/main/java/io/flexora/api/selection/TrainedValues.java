package io.flexora.api.selection;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.plan.Slice;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The trained values of all that a strategy chose: an array for each {@link Slice} of the plan that
 * adapts its choice, the head's included. They lie in the memory of Java, so nobody closes them,
 * and are kept in the cell's folder bit for bit; a choice that is read again has none.
 *
 * @param arrays the arrays, their names distinct
 * @since 0.1
 */
public record TrainedValues(List<Array> arrays) {

  /**
   * Copies the list.
   *
   * @throws IllegalArgumentException if two arrays have the same name
   */
  public TrainedValues {
    arrays = List.copyOf(arrays);
    Set<String> names = new HashSet<>();
    for (Array array : arrays) {
      if (!names.add(array.tensorName())) {
        throw new IllegalArgumentException("there are two arrays '" + array.tensorName() + "'");
      }
    }
  }

  /**
   * The values of a whole theta.
   *
   * @param theta {@code [index.size()]}, float32 or float64
   */
  public static TrainedValues of(ParameterIndex index, NDArray theta) {
    ByteBuffer all = bytes(theta);
    int width = theta.getDataType().getNumOfBytes();
    List<Array> arrays = new ArrayList<>();
    for (Slice slice : index.slices()) {
      ByteBuffer part =
          all.slice(Math.toIntExact(slice.offset() * width), Math.toIntExact(slice.size() * width));
      arrays.add(new Array(slice.tensorName(), slice.shape(), theta.getDataType(), part));
    }
    return new TrainedValues(arrays);
  }

  private static ByteBuffer bytes(NDArray array) {
    // Of a view PyTorch may give the bytes of all that it looks at.
    try (NDArray own = array.duplicate()) {
      return own.toByteBuffer().order(ByteOrder.nativeOrder());
    }
  }

  /**
   * The values of an array.
   *
   * @param tensorName the {@linkplain Slice#tensorName name} of its slice
   * @param shape its shape
   * @param type float32 or float64
   * @param values its elements, row-major, in the machine's order
   */
  public record Array(String tensorName, Shape shape, DataType type, ByteBuffer values) {

    /**
     * Checks type and size.
     *
     * @throws IllegalArgumentException if the type is another, or the values are too few or many
     */
    public Array {
      if (type != DataType.FLOAT32 && type != DataType.FLOAT64) {
        throw new IllegalArgumentException(
            "array '%s' is %s, not float32 or float64".formatted(tensorName, type));
      }
      if (values.remaining() != shape.size() * type.getNumOfBytes()) {
        throw new IllegalArgumentException(
            "array '%s' of shape %s and type %s has %d bytes"
                .formatted(tensorName, shape, type, values.remaining()));
      }
      values = values.asReadOnlyBuffer();
    }

    /**
     * A copy of an array's values.
     *
     * @throws IllegalArgumentException if it is neither float32 nor float64
     */
    public static Array of(String tensorName, NDArray array) {
      return new Array(tensorName, array.getShape(), array.getDataType(), bytes(array));
    }

    /** The values, from the first. */
    @Override
    public ByteBuffer values() {
      return values.duplicate().order(ByteOrder.nativeOrder());
    }
  }
}
