package io.flexora.posterior.laplace;

/**
 * The ranks that are kept of a factor.
 *
 * @param whole the largest side of which everything is kept
 * @param rank the rank of the others
 * @param method how these are found
 */
record FactorRanks(int whole, int rank, LowRankMethod method) {

  /** Whether everything is kept of a factor with that side. */
  boolean isWhole(long side) {
    return side <= Math.max(whole, rank);
  }
}
