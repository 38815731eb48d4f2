package io.flexora.adapter.multiplicative;

import io.flexora.api.plugin.Option;
import io.flexora.api.plugin.OptionException;
import java.util.List;

/** The options of OFT, by the names that PEFT gives them. */
public record OftOptions(
    @Option(
            doc =
                "Inputs that a block rotates among themselves; the divisor of a module's inputs next"
                    + " to it is taken. 0 where r is given.",
            byDefault = "32",
            min = 0)
        int oftBlockSize,
    @Option(
            doc =
                "Number of blocks, instead of their size; the divisor of a module's inputs next to"
                    + " it is taken.",
            byDefault = "0",
            min = 0)
        int r,
    @Option(doc = "Share one rotation among all blocks of a module.", byDefault = "false")
        boolean blockShare,
    @Option(
            doc =
                "Take the first terms of the Cayley transform's series (arXiv 2506.19847), so that"
                    + " the blocks are nearly orthogonal; false for the transform itself, which"
                    + " solves a system of equations.",
            byDefault = "true")
        boolean useCayleyNeumann,
    @Option(doc = "Terms of that series.", byDefault = "5", min = 2) int numCayleyNeumannTerms,
    @Option(
            doc = "Modules to adapt in each layer; empty for the model's default.",
            byDefault = "[]")
        List<String> targetModules) {

  /**
   * Copies the list.
   *
   * @throws IllegalArgumentException if both or none of {@code r} and {@code oft_block_size} are
   *     given
   */
  public OftOptions {
    if ((r == 0) == (oftBlockSize == 0)) {
      throw OptionException.of(
          "r",
          "r is %d and oft_block_size is %d; one of them has to be 0, since their product is the number of inputs"
              .formatted(r, oftBlockSize));
    }
    targetModules = List.copyOf(targetModules);
  }

  /** The number of inputs in a block of a module. */
  int blockSize(int inputs) {
    if (r > 0) {
      return inputs / divisor(inputs, r);
    }
    // In a block of one input nothing turns.
    int size = Math.max(2, divisor(inputs, oftBlockSize));
    while (size < inputs && inputs % size != 0) {
      size++;
    }
    return Math.min(size, inputs);
  }

  /** The divisor next to a number, the smaller of two as near, as PEFT adjusts it. */
  private static int divisor(int of, int number) {
    if (number >= of) {
      return of;
    }
    int higher = number;
    while (of % higher != 0) {
      higher++;
    }
    int lower = number;
    while (of % lower != 0) {
      lower--;
    }
    return number - lower <= higher - number ? lower : higher;
  }
}
