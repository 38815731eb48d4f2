package io.flexora.numerics.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.plan.Slice;
import io.flexora.numerics.torch.NativeArrays;
import java.util.Arrays;
import java.util.function.ToDoubleFunction;

/**
 * A number for each element of theta that depends on the slice it belongs to.
 *
 * @since 0.1
 */
public final class LayerMask {

  private LayerMask() {}

  /**
   * Writes a number into each slice.
   *
   * @param scope the owner of the result
   * @param type the type of theta
   * @return {@code [parameters]}
   */
  public static NDArray of(
      NDManager scope, ParameterIndex index, DataType type, ToDoubleFunction<Slice> value) {
    double[] values = new double[Math.toIntExact(index.size())];
    for (Slice slice : index.slices()) {
      int from = Math.toIntExact(slice.offset());
      Arrays.fill(values, from, from + Math.toIntExact(slice.size()), value.applyAsDouble(slice));
    }
    try (NDArray wide = NativeArrays.of(scope, values)) {
      return NativeArrays.convert(scope, wide, type);
    }
  }
}
