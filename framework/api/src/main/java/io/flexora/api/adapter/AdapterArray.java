package io.flexora.api.adapter;

import java.util.Arrays;

/**
 * An array of an adapter with its values.
 *
 * @param parameter the parameter that it is of, with the shape of these values
 * @param values its elements, row-major
 * @since 0.1
 */
// Bulk data, handed on as it is; equality below is by content.
@SuppressWarnings("ArrayRecordComponent")
public record AdapterArray(AdapterParameter parameter, float[] values) {

  /**
   * Checks the size.
   *
   * @throws IllegalArgumentException if there are more or fewer values than the shape has elements
   */
  public AdapterArray {
    if (values.length != parameter.shape().size()) {
      throw new IllegalArgumentException(
          "'%s' of shape %s has %d values"
              .formatted(parameter.name(), parameter.shape(), values.length));
    }
  }

  /** Equal parameters and the same bits. */
  @Override
  public boolean equals(Object other) {
    return other instanceof AdapterArray that
        && parameter.equals(that.parameter)
        && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return 31 * parameter.hashCode() + Arrays.hashCode(values);
  }
}
