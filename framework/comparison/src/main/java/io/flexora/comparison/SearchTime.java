package io.flexora.comparison;

/**
 * Whether the time that a strategy takes to choose counts.
 *
 * @since 0.1
 */
public enum SearchTime {
  /** The training alone has the seconds. */
  EXCLUDED,
  /** Search and training have the seconds together; a search ends when they are over. */
  INCLUDED
}
