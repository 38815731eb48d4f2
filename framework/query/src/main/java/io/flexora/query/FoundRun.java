package io.flexora.query;

import io.flexora.comparison.cell.CellId;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A folder that is that of a run.
 *
 * @param folder the folder
 * @param id what queries call it
 * @param comparison the comparison that it is a cell of, if it is one
 * @param cell which one, if the comparison still knows it
 */
record FoundRun(Path folder, String id, Optional<String> comparison, Optional<CellId> cell) {

  static FoundRun alone(Path folder) {
    return new FoundRun(
        folder, folder.getFileName().toString(), Optional.empty(), Optional.empty());
  }
}
