package io.flexora.api.model;

/**
 * A model's use of memory beside its weights, for estimates.
 *
 * @param maxBatchTokens the most tokens of a batch that it computes at once, padding included;
 *     larger batches are cut into parts, so that they take no more memory
 * @param activationSegments the segments of layers of which one at a time keeps its activations; 1
 *     to keep all
 * @param packed whether examples of unequal length are computed without padding, but for the
 *     attention
 * @param layer the memory that one layer keeps for its backward pass
 * @param logitBytes the most bytes of logits that are alive at once where no second derivatives are
 *     taken
 * @param keptBytes the most bytes of hidden states that are kept from one evaluation to the next
 * @param mappedBytes the bytes of files that stay mapped into memory
 * @param unpacked the memory of matrices that are made from quantised ones for one step
 * @since 0.1
 */
public record ModelMemory(
    int maxBatchTokens,
    int activationSegments,
    boolean packed,
    Layer layer,
    long logitBytes,
    long keptBytes,
    long mappedBytes,
    Unpacked unpacked) {

  /** A model that computes a batch as a whole, pads it, and keeps nothing. */
  public static final ModelMemory PLAIN =
      new ModelMemory(Integer.MAX_VALUE, 1, false, Layer.UNKNOWN, Long.MAX_VALUE, 0, 0);

  /** A model that keeps all its matrices as numbers. */
  public ModelMemory(
      int maxBatchTokens,
      int activationSegments,
      boolean packed,
      Layer layer,
      long logitBytes,
      long keptBytes,
      long mappedBytes) {
    this(
        maxBatchTokens,
        activationSegments,
        packed,
        layer,
        logitBytes,
        keptBytes,
        mappedBytes,
        Unpacked.NOTHING);
  }

  /**
   * The most bytes of matrices that are alive at once as numbers, where they are kept quantised.
   *
   * @param forLoss of a loss alone
   * @param forGradient of its gradient
   * @param forProduct of a product with the Hessian
   */
  public record Unpacked(long forLoss, long forGradient, long forProduct) {

    /** Where all matrices are kept as numbers. */
    public static final Unpacked NOTHING = new Unpacked(0, 0, 0);
  }

  /**
   * The bytes that one layer keeps for its backward pass, without the share of adapters.
   *
   * @param ofToken of each token: the inputs and outputs of its modules and of its norms
   * @param ofPair of each pair of tokens: the attention of all heads
   * @param ofTokenTwice of each token besides where second derivatives are taken, for what has no
   *     second derivative of its own and is taken apart into elementary operations
   * @param longTexts the memory that long texts keep in place of pairs
   */
  public record Layer(long ofToken, long ofPair, long ofTokenTwice, LongTexts longTexts) {

    /** Nothing is known but the shapes of the model's modules. */
    public static final Layer UNKNOWN = new Layer(0, 0, 0);

    /** A layer that keeps pairs of texts of all lengths. */
    public Layer(long ofToken, long ofPair, long ofTokenTwice) {
      this(ofToken, ofPair, ofTokenTwice, LongTexts.NONE);
    }

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is negative
     */
    public Layer {
      if (ofToken < 0 || ofPair < 0 || ofTokenTwice < 0) {
        throw new IllegalArgumentException(
            "%d bytes of a token, %d of a pair, %d of a token twice"
                .formatted(ofToken, ofPair, ofTokenTwice));
      }
    }
  }

  /**
   * Texts whose attention is computed block by block, and again in the backward pass, so that it
   * keeps nothing of pairs of tokens, unless second derivatives are taken.
   *
   * @param from the tokens of the shortest of them
   * @param ofToken the bytes that are kept of each token in place of pairs
   */
  public record LongTexts(int from, long ofToken) {

    /** Pairs are kept of texts of all lengths. */
    public static final LongTexts NONE = new LongTexts(Integer.MAX_VALUE, 0);
  }

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
