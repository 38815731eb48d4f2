package io.flexora.transformers.packed;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * A matrix in a format, as one or more arrays.
 *
 * @param tensor its name in Hugging Face form
 * @param outputs its rows
 * @param inputs its columns
 * @param format how the arrays are read
 * @param arrays the arrays
 * @since 0.1
 */
public record PackedMatrix(
    String tensor, long outputs, long inputs, WeightFormat format, List<NDArray> arrays) {

  /**
   * Copies the list.
   *
   * @throws IllegalArgumentException if the format has another number of arrays
   */
  public PackedMatrix {
    arrays = List.copyOf(arrays);
    if (arrays.size() != format.arrays()) {
      throw new IllegalArgumentException(
          "%d arrays of the format %s".formatted(arrays.size(), format.name()));
    }
  }
}
