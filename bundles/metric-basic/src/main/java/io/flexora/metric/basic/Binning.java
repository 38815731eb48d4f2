package io.flexora.metric.basic;

/** Puts probabilities into bins. */
@FunctionalInterface
interface Binning {

  /**
   * Returns the bin of a probability, from 0 on.
   *
   * @param less how many examples have a lower one
   * @param all how many examples there are
   */
  int bin(double probability, int less, int all);
}
