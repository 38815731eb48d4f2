package io.flexora.posterior.laplace;

/** How a factor of low rank is found. */
enum LowRankMethod {

  /** Example by example, in the memory of the low rank. */
  INCREMENTAL,

  /** The largest eigenvalues of the whole factor, in the memory of the whole. */
  TRUNCATED
}
