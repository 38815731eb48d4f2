package io.flexora.experiment.cell;

import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.FileHash;
import io.flexora.results.run.Provenance;
import io.flexora.results.run.Provenance.FetchedFile;
import io.flexora.runstore.RunFolder;
import io.flexora.runstore.RunListener;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * From which files of data and models the cells of a run were made, and would be made now.
 *
 * @since 0.1
 */
public final class CellSources {

  private final Path run;
  private final Function<String, Optional<FileHash>> now;

  /**
   * Looks at a run.
   *
   * @param run its folder
   * @param now the hash of the file behind a location; empty for one that is not to be compared
   */
  public CellSources(Path run, Function<String, Optional<FileHash>> now) {
    this.run = run;
    this.now = now;
  }

  /**
   * Finds the cells that were begun from other files.
   *
   * @return by the name of the cell, the location of a file that differs, with both hashes
   */
  public Map<String, String> differences() {
    Map<String, String> differences = new LinkedHashMap<>();
    List<String> begun = begun();
    if (!begun.isEmpty()) {
      difference().ifPresent(found -> begun.forEach(cell -> differences.put(cell, found)));
    }
    return differences;
  }

  /** What has not begun, or is to begin again, is made from the files that are there now. */
  private List<String> begun() {
    return RunFolder.cells(run).stream()
        .filter(cell -> RunFolder.readCell(run, cell).code().isPresent())
        .toList();
  }

  private Optional<String> difference() {
    return recorded().entrySet().stream()
        .flatMap(
            file ->
                now
                    .apply(file.getKey())
                    .filter(hash -> !hash.sha256().equals(file.getValue().sha256()))
                    .map(
                        hash ->
                            "%s had the SHA-256 %s, and has %s now"
                                .formatted(
                                    file.getKey(),
                                    FileHash.brief(file.getValue().sha256()),
                                    hash.brief()))
                    .stream())
        .findFirst();
  }

  private Map<String, FetchedFile> recorded() {
    try {
      return new TreeMap<>(RunFolder.provenance(run).map(Provenance::files).orElse(Map.of()));
    } catch (FlexoraException e) {
      // A damaged record tells nothing, and is written again.
      return Map.of();
    }
  }

  /**
   * Refuses cells from other files, or lets them begin again.
   *
   * @param folder the run's folder, which is taken
   * @throws FlexoraException if there are some and they are to be refused; the message names the
   *     location
   */
  public void settle(RunFolder folder, ChangedCode changed, RunListener listener) {
    changed.settle(
        folder, differences(), "was made from other files", "put the file back", listener);
  }
}
