package io.flexora.api.report;

import java.util.Objects;

/**
 * A cell of a run with what chose its layers.
 *
 * @param selector the name of the selector
 * @param outcome what came out
 * @since 0.1
 */
public record CellResult(String selector, CellOutcome outcome) {

  /** Requires both. */
  public CellResult {
    Objects.requireNonNull(selector);
    Objects.requireNonNull(outcome);
  }
}
