package io.flexora.comparison.setup;

/**
 * The rule by which the time of a search or a tuning counts.
 *
 * @since 0.1
 */
public enum SearchTime {
  /** It does not count. */
  EXCLUDED,
  /** It shares the seconds with the training; a search ends when they are over. */
  INCLUDED
}
