package io.flexora.api.model;

/**
 * Examples that go through a model, each counted as often as it does.
 *
 * @param examples how many in all
 * @param batchSize the most that go through it together; 0 where there are none
 * @since 0.1
 */
public record Passes(long examples, int batchSize) {

  /** No example goes through the model. */
  public static final Passes NONE = new Passes(0, 0);

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is negative, or examples go through it in no batch
   */
  public Passes {
    if (examples < 0 || batchSize < 0 || (examples > 0 && batchSize == 0)) {
      throw new IllegalArgumentException(examples + " examples in batches of " + batchSize);
    }
  }

  /**
   * So many batches of one size.
   *
   * @param batches how many; none go through the model where it is 0
   * @param batchSize the examples of each
   */
  public static Passes of(long batches, int batchSize) {
    return batches == 0 ? NONE : new Passes(Math.multiplyExact(batches, batchSize), batchSize);
  }

  /** These, and others before or after them. */
  public Passes plus(Passes others) {
    return new Passes(
        Math.addExact(examples, others.examples), Math.max(batchSize, others.batchSize));
  }
}
