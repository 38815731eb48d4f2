package io.flexora.formats.safetensors;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The element types of the format, in the order in which the reference sorts them.
 *
 * @since 0.1
 */
public enum DType {
  /** One byte, 0 or 1. */
  BOOL(1),
  /** Unsigned byte. */
  U8(1),
  /** Signed byte. */
  I8(1),
  /** Eight-bit float with five exponent bits. */
  F8_E5M2(1),
  /** Eight-bit float with four exponent bits. */
  F8_E4M3(1),
  /** Signed 16-bit integer. */
  I16(2),
  /** Unsigned 16-bit integer. */
  U16(2),
  /** IEEE half precision. */
  F16(2),
  /** The upper half of an IEEE single precision number. */
  BF16(2),
  /** Signed 32-bit integer. */
  I32(4),
  /** Unsigned 32-bit integer. */
  U32(4),
  /** IEEE single precision. */
  F32(4),
  /** IEEE double precision. */
  F64(8),
  /** Signed 64-bit integer. */
  I64(8),
  /** Unsigned 64-bit integer. */
  U64(8);

  private final int bytes;

  DType(int bytes) {
    this.bytes = bytes;
  }

  /** The size of an element in bytes. */
  public int bytes() {
    return bytes;
  }

  static Optional<DType> named(String name) {
    return Arrays.stream(values()).filter(d -> d.name().equals(name)).findFirst();
  }

  static String names() {
    return Arrays.stream(values()).map(DType::name).collect(Collectors.joining(", "));
  }
}
