package io.flexora.numerics.transformer;

import java.util.List;
import java.util.stream.IntStream;

/**
 * The dropout seed of one example of a batch, whose masks are then those that it has alone.
 *
 * @param seed the seed
 * @param rows how many rows the example has in a batch without padding, its tokens. Where modules
 *     are given {@code [rows, inputs]}, those of the examples lie behind each other; where they are
 *     given {@code [examples, rows, inputs]}, padding follows, and the adapters leave it alone. Of
 *     fewer rows than that, all are the example's
 * @since 0.1
 */
public record ExampleSeed(long seed, int rows) {

  /**
   * Pairs seeds and rows.
   *
   * @throws IllegalArgumentException if there are not as many of one as of the other
   */
  public static List<ExampleSeed> of(long[] seeds, int[] rows) {
    if (seeds.length != rows.length) {
      throw new IllegalArgumentException(
          seeds.length + " dropout seeds for " + rows.length + " examples");
    }
    return IntStream.range(0, rows.length)
        .mapToObj(e -> new ExampleSeed(seeds[e], rows[e]))
        .toList();
  }
}
