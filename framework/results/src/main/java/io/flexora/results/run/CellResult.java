package io.flexora.results.run;

import java.util.Objects;
import java.util.OptionalDouble;

/**
 * A cell of a run with what chose its layers.
 *
 * @param selector the name of the selector
 * @param outcome what came out
 * @param differenceError the standard error of the main cell's deciding metric less this cell's,
 *     over the test examples that both were measured on; empty for the main cell, and where the
 *     examples cannot be paired
 * @since 0.1
 */
public record CellResult(String selector, CellOutcome outcome, OptionalDouble differenceError) {

  /** Requires all. */
  public CellResult {
    Objects.requireNonNull(selector);
    Objects.requireNonNull(outcome);
    Objects.requireNonNull(differenceError);
  }

  /** A cell whose examples are not paired with the main cell's. */
  public CellResult(String selector, CellOutcome outcome) {
    this(selector, outcome, OptionalDouble.empty());
  }
}
