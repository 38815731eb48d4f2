package io.flexora.transformers.packed;

import io.flexora.formats.gguf.GgufType;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The format of a frozen matrix's numbers in memory. The text brings the method
 *
 * <pre>{@code
 * # Fills into [outputs, inputs], of any floating-point type, from the arrays p of a matrix.
 * def unpack_NAME(self, p: List[Tensor], into: Tensor) -> Tensor:
 * }</pre>
 *
 * <p>Values are computed in float32 and then rounded to the type of {@code into}.
 *
 * @param name the word in the method's name
 * @param arrays how many arrays a matrix has
 * @param byRows whether each of them has a row for each row of the matrix, so that rows can be
 *     unpacked by themselves
 * @param text the resource that has the method
 * @since 0.1
 */
public record WeightFormat(String name, int arrays, boolean byRows, String text) {

  /** One array of numbers, in a narrower type than the one that is computed in. */
  public static final WeightFormat NUMBERS =
      new WeightFormat("numbers", 1, true, "numbers.torchscript");

  /**
   * Four bits, in blocks along the flattened matrix: codes {@code [size / 2]}, the earlier one in
   * the high bits of a byte, uint8; the size of a block, and of a block of scales, int64; the 16
   * values of the codes, float32; an empty array of the type that values are rounded to; the scale
   * of each block, float32.
   */
  public static final WeightFormat FOUR_BIT =
      new WeightFormat("four_bit", 5, false, "four_bit.torchscript");

  /**
   * As {@link #FOUR_BIT}, but with uint8 for the scales, and behind them the scale of each block of
   * scales, the 256 values of their codes, and what is added to each, float32.
   */
  public static final WeightFormat FOUR_BIT_NESTED =
      new WeightFormat("four_bit_nested", 8, false, "four_bit.torchscript");

  /** Eight bits with a scale for each row: int8 {@code [outputs, inputs]}, float32. */
  public static final WeightFormat INT8_ROWS =
      new WeightFormat("int8_rows", 2, true, "int8_rows.torchscript");

  private static final Map<GgufType, WeightFormat> OF_BLOCKS =
      Stream.of(
              GgufType.Q8_0,
              GgufType.Q4_0,
              GgufType.Q4_1,
              GgufType.Q5_0,
              GgufType.Q5_1,
              GgufType.Q2_K,
              GgufType.Q3_K,
              GgufType.Q4_K,
              GgufType.Q5_K,
              GgufType.Q6_K)
          .collect(Collectors.toMap(Function.identity(), WeightFormat::ofBlocks));

  private static WeightFormat ofBlocks(GgufType type) {
    String name = type.name().toLowerCase(Locale.ROOT);
    return new WeightFormat(name, 1, true, "gguf.torchscript");
  }

  /** The blocks of a GGUF file as they are stored, {@code [outputs, bytes of a row]}, uint8. */
  public static Optional<WeightFormat> blocks(GgufType type) {
    return Optional.ofNullable(OF_BLOCKS.get(type));
  }
}
