package io.flexora.api.evaluate;

/**
 * The largest batch that an evaluator scores, which estimates of memory count and predictions keep
 * to.
 *
 * @param examples the most examples of a batch
 * @param tokens the most tokens of a batch, padding included; a longer example is scored by itself
 * @since 0.1
 */
public record BatchLimit(int examples, int tokens) {

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is below 1
   */
  public BatchLimit {
    if (examples < 1 || tokens < 1) {
      throw new IllegalArgumentException(
          "%d examples and %d tokens at once".formatted(examples, tokens));
    }
  }

  /** Batches of so many examples. */
  public static BatchLimit ofExamples(int examples) {
    return new BatchLimit(examples, Integer.MAX_VALUE);
  }

  /** Batches of so many tokens. */
  public static BatchLimit ofTokens(int tokens) {
    return new BatchLimit(Integer.MAX_VALUE, tokens);
  }
}
