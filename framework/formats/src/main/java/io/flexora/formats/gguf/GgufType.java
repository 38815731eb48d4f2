package io.flexora.formats.gguf;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The element types of tensors. A row of a quantised tensor is a row of blocks; a block holds a
 * fixed number of elements in a fixed number of bytes. Numbers and sizes are those of ggml.
 *
 * @since 0.1
 */
public enum GgufType {
  /** IEEE single precision. */
  F32(0, 1, 4),
  /** IEEE half precision. */
  F16(1, 1, 2),
  /** Four bits and a scale. */
  Q4_0(2, 32, 18),
  /** Four bits, a scale and a minimum. */
  Q4_1(3, 32, 20),
  /** Five bits and a scale. */
  Q5_0(6, 32, 22),
  /** Five bits, a scale and a minimum. */
  Q5_1(7, 32, 24),
  /** Eight bits and a scale. */
  Q8_0(8, 32, 34),
  /** Eight bits, a scale and a sum: of activations, not of models. */
  Q8_1(9, 32, 40),
  /** Two bits; sixteen scales and minima of four bits. */
  Q2_K(10, 256, 84),
  /** Three bits; sixteen scales of six bits. */
  Q3_K(11, 256, 110),
  /** Four bits; eight scales and minima of six bits. */
  Q4_K(12, 256, 144),
  /** Five bits; eight scales and minima of six bits. */
  Q5_K(13, 256, 176),
  /** Six bits; sixteen scales of eight bits. */
  Q6_K(14, 256, 210),
  /** Eight bits, a scale and sums: of activations, not of models. */
  Q8_K(15, 256, 292),
  /** Points of a lattice, 2.06 bits. */
  IQ2_XXS(16, 256, 66),
  /** Points of a lattice, 2.31 bits. */
  IQ2_XS(17, 256, 74),
  /** Points of a lattice, 3.06 bits. */
  IQ3_XXS(18, 256, 98),
  /** Points of a lattice, 1.56 bits. */
  IQ1_S(19, 256, 50),
  /** Four bits, not evenly spaced. */
  IQ4_NL(20, 32, 18),
  /** Points of a lattice, 3.44 bits. */
  IQ3_S(21, 256, 110),
  /** Points of a lattice, 2.5 bits. */
  IQ2_S(22, 256, 82),
  /** Four bits, not evenly spaced, in blocks of 256. */
  IQ4_XS(23, 256, 136),
  /** Signed byte. */
  I8(24, 1, 1),
  /** Signed 16-bit integer. */
  I16(25, 1, 2),
  /** Signed 32-bit integer. */
  I32(26, 1, 4),
  /** Signed 64-bit integer. */
  I64(27, 1, 8),
  /** IEEE double precision. */
  F64(28, 1, 8),
  /** Points of a lattice, 1.75 bits. */
  IQ1_M(29, 256, 56),
  /** The upper half of an IEEE single precision number. */
  BF16(30, 1, 2),
  /** Three values, five in a byte. */
  TQ1_0(34, 256, 54),
  /** Three values, four in a byte. */
  TQ2_0(35, 256, 66),
  /** Four-bit floats with a common exponent. */
  MXFP4(39, 32, 17),
  /** Four-bit floats with eight-bit float scales. */
  NVFP4(40, 64, 36),
  /** One bit and a scale. */
  Q1_0(41, 128, 18);

  private final int id;
  private final int blockElements;
  private final int blockBytes;

  GgufType(int id, int blockElements, int blockBytes) {
    this.id = id;
    this.blockElements = blockElements;
    this.blockBytes = blockBytes;
  }

  /** The number that stands for the type in a file. */
  public int id() {
    return id;
  }

  /** The number of elements in a block; 1 for a type that is not quantised. */
  public int blockElements() {
    return blockElements;
  }

  /** The number of bytes of a block. */
  public int blockBytes() {
    return blockBytes;
  }

  /** Whether {@link GgufFile#readFloats} can read tensors of this type. */
  public boolean readable() {
    return Dequantiser.of(this).isPresent();
  }

  static Optional<GgufType> withId(long id) {
    return Arrays.stream(values()).filter(type -> type.id == id).findFirst();
  }

  static String readableNames() {
    return Arrays.stream(values())
        .filter(GgufType::readable)
        .map(GgufType::name)
        .collect(Collectors.joining(", "));
  }
}
