package io.flexora.formats.onnx;

import java.util.List;

/**
 * The place of a tensor in an ONNX file.
 *
 * @param name its name; empty for the value of a constant node
 * @param elementType the number of its element type in {@code TensorProto.DataType}
 * @param dimensions its shape
 * @param storage how its elements are stored
 * @param offset the offset of its data in the file
 * @param length the bytes of its data
 * @since 0.1
 */
public record OnnxTensor(
    String name, int elementType, List<Long> dimensions, Storage storage, long offset, int length) {
  /** The element type of 32-bit floats. */
  public static final int FLOAT = 1;

  /** The element type of 64-bit integers. */
  public static final int INT64 = 7;

  private static final List<String> TYPES =
      List.of(
          "undefined",
          "float32",
          "uint8",
          "int8",
          "uint16",
          "int16",
          "int32",
          "int64",
          "string",
          "bool",
          "float16",
          "float64",
          "uint32",
          "uint64",
          "complex64",
          "complex128",
          "bfloat16");

  /** The storage of a tensor's elements. */
  public enum Storage {
    /** Little-endian, one after the other. */
    RAW,
    /** As variable-length integers. */
    VARINTS,
    /** Nowhere: the tensor has no elements, or they are of a type that is not read. */
    NONE,
    /** In pieces, which nobody writes. */
    PIECES,
    /** In another file. */
    EXTERNAL
  }

  /** Copies the dimensions. */
  public OnnxTensor {
    dimensions = List.copyOf(dimensions);
  }

  /** The element type in words. */
  public String typeName() {
    return elementType >= 0 && elementType < TYPES.size()
        ? TYPES.get(elementType)
        : "element type " + elementType;
  }

  /** The number of elements; -1 if the dimensions are negative or their product is too large. */
  public long elements() {
    long product = 1;
    for (long dimension : dimensions) {
      if (dimension < 0 || Math.multiplyHigh(product, dimension) != 0) {
        return -1;
      }
      product *= dimension;
      if (product < 0) {
        return -1;
      }
    }
    return product;
  }
}
