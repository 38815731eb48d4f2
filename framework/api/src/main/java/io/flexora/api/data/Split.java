package io.flexora.api.data;

/**
 * A part of a dataset, by what it is for.
 *
 * @since 0.1
 */
public enum Split {
  /** Fits the adapters. */
  TRAIN,
  /** Chooses layers and checkpoints: the outer level of the bilevel problem. */
  VALIDATION,
  /** Is looked at once, at the end. */
  TEST
}
