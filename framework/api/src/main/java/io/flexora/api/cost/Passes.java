package io.flexora.api.cost;

/**
 * Examples that go through a model, each counted as often as it does. {@link Long#MAX_VALUE} stands
 * for any number that does not fit into a long.
 *
 * @param examples the number of all examples
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
   * @param batches the number of batches; none go through the model where it is 0
   * @param batchSize the examples of each
   */
  public static Passes of(long batches, int batchSize) {
    return batches == 0 ? NONE : new Passes(product(batches, batchSize), batchSize);
  }

  /** So many examples, or calls, one at a time. */
  public static Passes of(long examples) {
    return of(examples, 1);
  }

  /**
   * These, so many times; none where that is 0.
   *
   * @param times the number of repetitions, not negative
   */
  public Passes times(long times) {
    return times == 0 ? NONE : new Passes(product(examples, times), batchSize);
  }

  /** These, and others before or after them. */
  public Passes plus(Passes others) {
    long sum = examples + others.examples;
    return new Passes(sum < 0 ? Long.MAX_VALUE : sum, Math.max(batchSize, others.batchSize));
  }

  private static long product(long a, long b) {
    return b > 0 && a > Long.MAX_VALUE / b ? Long.MAX_VALUE : a * b;
  }
}
