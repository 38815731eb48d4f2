package io.flexora.transformers.checkpoint;

import ai.djl.ndarray.types.DataType;
import java.util.Locale;

/**
 * The type that a model's frozen layers compute in.
 *
 * @since 0.1
 */
public enum ComputeType {
  /** 32-bit floats. */
  FLOAT32(4, 6),
  /** Brain floats of 16 bits, for the frozen matrices; norms and trained numbers are float32. */
  BF16(2, 15),
  /** 64-bit floats, for checks. */
  FLOAT64(8, 7);

  private final int bytes;
  private final int torchType;

  ComputeType(int bytes, int torchType) {
    this.bytes = bytes;
    this.torchType = torchType;
  }

  /** The name, as options have it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The bytes of a number. */
  public int bytes() {
    return bytes;
  }

  /** The number by which PyTorch knows the type. */
  public int torchType() {
    return torchType;
  }

  /** The type of theta, of norms and of the loss. */
  public DataType trained() {
    return this == FLOAT64 ? DataType.FLOAT64 : DataType.FLOAT32;
  }
}
