package io.flexora.results.comparison;

import java.util.Locale;

/**
 * The state of a cell of a comparison.
 *
 * @since 0.1
 */
public enum CellState {
  /** It ended well: there is an outcome. */
  DONE,
  /** It ended with a failure. */
  FAILED,
  /** It has not ended. */
  MISSING;

  /** The word for it in files. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
