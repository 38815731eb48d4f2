package io.flexora.experiment.cell;

import io.flexora.api.run.FlexoraException;
import io.flexora.experiment.setup.ExperimentCode;
import io.flexora.files.durable.FileHash;
import io.flexora.runstore.RunFolder;
import io.flexora.runstore.RunListener;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Whose code made the cells of a run, and whose would make them now.
 *
 * @since 0.1
 */
public final class CellCode {

  private final Path run;
  private final ExperimentCode installed;

  /**
   * The code of a run.
   *
   * @param run the folder of the run
   * @param installed the code that would make the cells now
   */
  public CellCode(Path run, ExperimentCode installed) {
    this.run = run;
    this.installed = installed;
  }

  /**
   * Finds the cells that were begun by other code.
   *
   * @return by the name of the cell, a jar that differs, with both hashes
   */
  public Map<String, String> differences() {
    Map<String, String> differences = new LinkedHashMap<>();
    for (String cell : RunFolder.cells(run)) {
      if (installed.makes(cell)) {
        RunFolder.readCell(run, cell)
            .code()
            .flatMap(before -> difference(before, installed.of(cell)))
            .ifPresent(found -> differences.put(cell, found));
      }
    }
    return differences;
  }

  /** The first jar that differs, with both hashes; empty if none does. */
  public static Optional<String> difference(Map<String, String> before, Map<String, String> now) {
    TreeSet<String> names = new TreeSet<>(before.keySet());
    names.addAll(now.keySet());
    return names.stream()
        .filter(name -> !Objects.equals(before.get(name), now.get(name)))
        .findFirst()
        .map(
            name ->
                "the code of %s had the SHA-256 %s, and has %s now"
                    .formatted(name, brief(before.get(name)), brief(now.get(name))));
  }

  private static String brief(String sha256) {
    return sha256 == null ? "none" : FileHash.brief(sha256);
  }

  /**
   * Refuses cells of other code, or lets them begin again.
   *
   * @param folder the run's folder, which is taken
   * @throws FlexoraException if there are some and they are to be refused; the message names the
   *     jar
   */
  public void settle(RunFolder folder, ChangedCode changed, RunListener listener) {
    changed.settle(
        folder, differences(), "was made by other code", "install what made it", listener);
  }
}
