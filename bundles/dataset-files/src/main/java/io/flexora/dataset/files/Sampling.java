package io.flexora.dataset.files;

/** Which rows are taken where not all are. */
public enum Sampling {
  /** Those at the beginning. */
  FIRST,
  /** Some drawn by the seed of the run. */
  RANDOM
}
