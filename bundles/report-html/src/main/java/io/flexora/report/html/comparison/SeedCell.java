package io.flexora.report.html.comparison;

import io.flexora.api.selection.Selection.SearchEnd;
import io.flexora.results.comparison.CellState;
import io.flexora.results.comparison.SeedResult;
import io.flexora.results.run.RunRecord;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A strategy with one seed.
 *
 * @param found what the comparison found
 * @param run its run, if it was begun
 */
public record SeedCell(SeedResult found, Optional<RunRecord> run) {

  /** Whether it ran to its end. */
  public boolean done() {
    return found.state() == CellState.DONE;
  }

  /** {@code done}, {@code failed} or {@code missing}. */
  public String state() {
    return found.state().word();
  }

  /** That its search ended by itself; empty if it did not. */
  Optional<SearchEnd> searchEnd() {
    return run.flatMap(RunRecord::result).flatMap(result -> result.main().outcome().searchEnd());
  }

  /** Its seed as a text. */
  public String seed() {
    return Long.toString(found.seed());
  }

  /** The metric. */
  public OptionalDouble value() {
    return done() ? found.value() : OptionalDouble.empty();
  }
}
