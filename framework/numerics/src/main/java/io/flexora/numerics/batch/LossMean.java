package io.flexora.numerics.batch;

/**
 * A mean of losses, each weighted by the number of terms that it is itself the mean of.
 *
 * @since 0.1
 */
public final class LossMean {

  private double sum;
  private long terms;

  /** Adds a loss; that of no terms is no number and does not count. */
  public void add(double loss, long count) {
    if (count > 0) {
      sum += loss * count;
      terms += count;
    }
  }

  /** The terms of all losses together. */
  public long terms() {
    return terms;
  }

  /** The mean; not a number if there was no loss. */
  public double value() {
    return sum / terms;
  }
}
