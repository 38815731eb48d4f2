package io.flexora.formats.safetensors;

import java.util.List;

/**
 * The entry of a tensor in a file's header.
 *
 * @param name its name
 * @param type the type of its elements
 * @param shape its shape; empty for a scalar
 * @param begin the index of its first byte, counted from the end of the header
 * @param end the index after its last byte
 * @since 0.1
 */
public record TensorInfo(String name, DType type, List<Long> shape, long begin, long end) {

  /** Copies the shape. */
  public TensorInfo {
    shape = List.copyOf(shape);
  }

  /** The number of elements. */
  public long size() {
    return byteCount() / type.bytes();
  }

  /** The number of bytes. */
  public long byteCount() {
    return end - begin;
  }
}
