package io.flexora.api.model;

/**
 * How a model uses memory beside its weights, for estimates.
 *
 * @param maxBatchTokens how many tokens of a batch it computes at once, padding included; larger
 *     batches are cut into parts, so that they take no more memory
 * @param activationSegments the segments of layers of which one at a time keeps its activations; 1
 *     to keep all
 * @param packed whether examples of unequal length are computed without padding, but for the
 *     attention
 * @param logitBytes the most bytes of logits that are alive at once where no second derivatives are
 *     taken
 * @param keptBytes the most bytes of hidden states that are kept from one evaluation to the next
 * @param mappedBytes the bytes of files that stay mapped into memory
 * @since 0.1
 */
public record ModelMemory(
    int maxBatchTokens,
    int activationSegments,
    boolean packed,
    long logitBytes,
    long keptBytes,
    long mappedBytes) {

  /** A model that computes a batch as a whole, pads it, and keeps nothing. */
  public static final ModelMemory PLAIN =
      new ModelMemory(Integer.MAX_VALUE, 1, false, Long.MAX_VALUE, 0, 0);

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is too small
   */
  public ModelMemory {
    if (maxBatchTokens < 1 || activationSegments < 1 || logitBytes < 0 || keptBytes < 0) {
      throw new IllegalArgumentException(
          "%d tokens at once, %d segments, %d bytes of logits, %d bytes kept"
              .formatted(maxBatchTokens, activationSegments, logitBytes, keptBytes));
    }
  }
}
