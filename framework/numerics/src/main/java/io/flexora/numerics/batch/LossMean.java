package io.flexora.numerics.batch;

/** A mean of losses, each weighted by the number of terms that it is itself the mean of. */
final class LossMean {

  private double sum;
  private long terms;

  void add(double loss, long count) {
    sum += loss * count;
    terms += count;
  }

  /** The terms of all losses together. */
  long terms() {
    return terms;
  }

  /** The mean; not a number if there was no loss. */
  double value() {
    return sum / terms;
  }
}
