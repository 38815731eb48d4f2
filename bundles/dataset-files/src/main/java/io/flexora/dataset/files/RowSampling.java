package io.flexora.dataset.files;

/** The choice of rows where not all are taken. */
public enum RowSampling {
  /** Those at the beginning. */
  FIRST,
  /** Some drawn by the seed of the run. */
  RANDOM
}
