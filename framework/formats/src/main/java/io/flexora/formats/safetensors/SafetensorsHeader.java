package io.flexora.formats.safetensors;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The checked header of a file.
 *
 * @param metadata the strings under {@code __metadata__}
 * @param tensors the tensors in the order of their bytes
 */
record SafetensorsHeader(Map<String, String> metadata, List<TensorInfo> tensors) {

  static final String METADATA = "__metadata__";

  /** The greatest length of a header that the format allows, in bytes. */
  static final long MAX_BYTES = 100_000_000;

  /** Checks that the tensors cover the data without a hole and without an overlap. */
  static SafetensorsHeader of(
      Map<String, String> metadata, List<TensorInfo> tensors, long dataBytes)
      throws BrokenSafetensorsRule {
    List<TensorInfo> sorted = new ArrayList<>(tensors);
    sorted.sort(Comparator.comparingLong(TensorInfo::begin).thenComparingLong(TensorInfo::end));
    long offset = 0;
    for (TensorInfo tensor : sorted) {
      checkPlace(tensor, offset);
      checkSize(tensor);
      offset = tensor.end();
    }
    if (offset != dataBytes) {
      throw new BrokenSafetensorsRule(
          offset > dataBytes
              ? "the tensors end at byte " + offset + " but only " + dataBytes + " bytes follow"
              : (dataBytes - offset) + " bytes at the end belong to no tensor");
    }
    return new SafetensorsHeader(metadata, sorted);
  }

  private static void checkPlace(TensorInfo tensor, long offset) throws BrokenSafetensorsRule {
    String where = quoted(tensor) + " has the data_offsets " + offsets(tensor);
    if (tensor.end() < tensor.begin()) {
      throw new BrokenSafetensorsRule(where + ", which end before they begin");
    }
    if (tensor.begin() > offset) {
      throw new BrokenSafetensorsRule(where + ", which leaves a hole after byte " + offset);
    }
    if (tensor.begin() < offset) {
      throw new BrokenSafetensorsRule(
          where + ", which overlaps the tensor that ends at byte " + offset);
    }
  }

  private static void checkSize(TensorInfo tensor) throws BrokenSafetensorsRule {
    long needed = tensor.type().bytes();
    try {
      for (long dimension : tensor.shape()) {
        needed = Math.multiplyExact(needed, dimension);
      }
    } catch (ArithmeticException e) {
      throw new BrokenSafetensorsRule(quoted(tensor) + " has more bytes than 2^63 by its shape");
    }
    if (needed != tensor.byteCount()) {
      throw new BrokenSafetensorsRule(
          quoted(tensor)
              + (" needs " + needed + " bytes by its dtype " + tensor.type())
              + (" and shape " + tensor.shape() + " but has " + tensor.byteCount()));
    }
  }

  private static String quoted(TensorInfo tensor) {
    return "tensor '" + tensor.name() + "'";
  }

  private static String offsets(TensorInfo tensor) {
    return "[" + tensor.begin() + ", " + tensor.end() + "]";
  }
}
