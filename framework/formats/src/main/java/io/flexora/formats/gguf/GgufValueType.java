package io.flexora.formats.gguf;

import java.util.Arrays;
import java.util.Optional;

/**
 * The types of metadata values.
 *
 * @since 0.1
 */
public enum GgufValueType {
  /** Unsigned byte. */
  UINT8(0, 1),
  /** Signed byte. */
  INT8(1, 1),
  /** Unsigned 16-bit integer. */
  UINT16(2, 2),
  /** Signed 16-bit integer. */
  INT16(3, 2),
  /** Unsigned 32-bit integer. */
  UINT32(4, 4),
  /** Signed 32-bit integer. */
  INT32(5, 4),
  /** IEEE single precision. */
  FLOAT32(6, 4),
  /** One byte, 0 or 1. */
  BOOL(7, 1),
  /** Text in UTF-8 with its length in front. */
  STRING(8, 8),
  /** Values of one type with their type and number in front. */
  ARRAY(9, 12),
  /** Unsigned 64-bit integer. */
  UINT64(10, 8),
  /** Signed 64-bit integer. */
  INT64(11, 8),
  /** IEEE double precision. */
  FLOAT64(12, 8);

  private final int id;
  private final int leastBytes;

  GgufValueType(int id, int leastBytes) {
    this.id = id;
    this.leastBytes = leastBytes;
  }

  /** The number that stands for the type in a file. */
  public int id() {
    return id;
  }

  /** The size of a value in bytes; of a string or an array, the size of an empty one. */
  int leastBytes() {
    return leastBytes;
  }

  /** Whether all values have the same size. */
  boolean fixedSize() {
    return this != STRING && this != ARRAY;
  }

  static Optional<GgufValueType> withId(long id) {
    return Arrays.stream(values()).filter(type -> type.id == id).findFirst();
  }
}
