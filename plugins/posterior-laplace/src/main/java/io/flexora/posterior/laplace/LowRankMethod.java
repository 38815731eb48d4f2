package io.flexora.posterior.laplace;

/** A method that finds a factor of low rank. */
enum LowRankMethod {

  /** Example by example, in the memory of the low rank. */
  INCREMENTAL,

  /** The largest eigenvalues of the whole factor, in the memory of the whole. */
  TRUNCATED
}
