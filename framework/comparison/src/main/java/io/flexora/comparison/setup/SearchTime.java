package io.flexora.comparison.setup;

/**
 * Whether the time that a strategy takes to choose, or to be tuned, counts.
 *
 * @since 0.1
 */
public enum SearchTime {
  /** It does not count. */
  EXCLUDED,
  /** It shares the seconds with the training; a search ends when they are over. */
  INCLUDED
}
