package io.flexora.transformers.checkpoint;

/**
 * The types in which a checkpoint gives the numbers of a tensor.
 *
 * @since 0.1
 */
public enum StoredType {
  /** IEEE half precision. */
  F16(2, 5),
  /** The upper half of an IEEE single precision number. */
  BF16(2, 15),
  /** IEEE single precision. */
  F32(4, 6);

  private final int bytes;
  private final int torchType;

  StoredType(int bytes, int torchType) {
    this.bytes = bytes;
    this.torchType = torchType;
  }

  /** The bytes of a number. */
  public int bytes() {
    return bytes;
  }

  /** The number by which PyTorch knows the type. */
  public int torchType() {
    return torchType;
  }
}
