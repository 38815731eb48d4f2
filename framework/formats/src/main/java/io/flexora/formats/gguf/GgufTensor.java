package io.flexora.formats.gguf;

import java.util.List;

/**
 * The entry of a tensor in a file's header.
 *
 * @param name its name
 * @param shape its shape, row-major as elsewhere in machine learning: the last dimension is the one
 *     whose elements are neighbours (GGUF itself lists the dimensions the other way round); empty
 *     for a scalar
 * @param type the type of its elements
 * @param offset the index of its first byte in the file
 * @param byteCount the number of its bytes
 * @since 0.1
 */
public record GgufTensor(
    String name, List<Long> shape, GgufType type, long offset, long byteCount) {

  /** Copies the shape. */
  public GgufTensor {
    shape = List.copyOf(shape);
  }

  /** The number of elements. */
  public long size() {
    return byteCount / type.blockBytes() * type.blockElements();
  }
}
