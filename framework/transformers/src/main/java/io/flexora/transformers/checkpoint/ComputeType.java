package io.flexora.transformers.checkpoint;

import java.util.Locale;

/** The type that a model's frozen layers compute in. */
public enum ComputeType {
  /** 32-bit floats. */
  FLOAT32(4),
  /** Brain floats of 16 bits, for the frozen matrices; norms and trained numbers are float32. */
  BF16(2),
  /** 64-bit floats, for checks. */
  FLOAT64(8);

  private final int bytes;

  ComputeType(int bytes) {
    this.bytes = bytes;
  }

  /** The name, as options have it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The bytes of a number. */
  public int bytes() {
    return bytes;
  }
}
