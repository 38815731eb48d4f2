package io.flexora.comparison.reading;

import io.flexora.results.comparison.CellState;
import io.flexora.results.comparison.ComparisonResult;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The outcome of a comparison.
 *
 * @param folder the comparison's folder
 * @param result what was found
 * @param cells how far each cell is, by ID
 * @param reports the reports that were written
 * @since 0.1
 */
public record ComparisonOutcome(
    Path folder, ComparisonResult result, Map<String, CellStatus> cells, List<Path> reports) {

  /** Copies what may be copied. */
  public ComparisonOutcome {
    cells = Collections.unmodifiableMap(new LinkedHashMap<>(cells));
    reports = List.copyOf(reports);
  }

  /**
   * The state of a cell.
   *
   * @param state how far
   * @param failure why it failed
   */
  public record CellStatus(CellState state, Optional<String> failure) {}

  /** The causes of the cells that failed, by ID. */
  public Map<String, String> failures() {
    Map<String, String> failures = new LinkedHashMap<>();
    cells.forEach(
        (id, cell) -> {
          if (cell.state() == CellState.FAILED) {
            failures.put(id, cell.failure().orElse("unknown"));
          }
        });
    return failures;
  }

  /** Whether all cells have ended well. */
  public boolean isWhole() {
    return done() == cells.size();
  }

  /** How many cells have ended well. */
  public long done() {
    return cells.values().stream().filter(cell -> cell.state() == CellState.DONE).count();
  }
}
