package io.flexora.runstore;

import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.DurableFile;
import io.flexora.files.durable.DurableFolder;
import io.flexora.files.durable.ReadFailure;
import io.flexora.files.durable.WriteFailure;
import io.flexora.results.comparison.ComparisonResult;
import io.flexora.results.run.Provenance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The folder of a comparison, owned by one process at a time.
 *
 * <pre>
 * configuration.yaml   the resolved configuration
 * provenance.json      what computed it, where
 * ledger.jsonl         what happened to its cells, only ever appended
 * cells/ID/            the run of each cell; see {@link RunFolder}
 * comparison.json      what came out, and further reports of it
 * </pre>
 *
 * @since 0.1
 */
public final class ComparisonFolder implements AutoCloseable {

  private static final String LEDGER = "ledger.jsonl";
  private static final String CELLS = "cells";
  private static final String RESULT = "comparison.json";

  private final Path path;
  private final RunLock lock;
  private final EventLog ledger;

  private ComparisonFolder(Path path, RunLock lock) {
    this.path = path;
    this.lock = lock;
    this.ledger = EventLog.open(ledger(path));
  }

  /**
   * Makes the folder of a new comparison, {@code NAME-yyyyMMdd-HHmmss}, with a number behind it if
   * there is one of that name, and takes it.
   *
   * @param runs where runs lie; made if it is not there
   * @param configuration the resolved configuration
   * @throws FlexoraException if it cannot be written
   */
  public static ComparisonFolder create(
      Path runs, String name, LocalDateTime now, String configuration) {
    return take(NewFolder.numbered(runs, NewFolder.name(name, now), content(configuration)));
  }

  /**
   * Finds out whether {@link #create} could make the folder of a comparison; leaves nothing.
   *
   * @param runs as for {@link #create}
   * @throws FlexoraException if it cannot be written
   */
  public static void requirePlace(Path runs, String name, LocalDateTime now, String configuration) {
    NewFolder.rehearse(runs, NewFolder.name(name, now), content(configuration));
  }

  private static Map<String, String> content(String configuration) {
    return Map.of(RunFolder.CONFIGURATION, ConfigurationFile.content(configuration), LEDGER, "");
  }

  /**
   * Takes the folder of a comparison to go on with it.
   *
   * @throws FlexoraException if it is not a comparison's folder, or another process has it
   */
  public static ComparisonFolder open(Path path) {
    configuration(path);
    ComparisonFolder folder = take(path);
    if (Files.exists(folder.cells())) {
      NewFolder.sweep(folder.cells());
    }
    return folder;
  }

  private static ComparisonFolder take(Path path) {
    RunLock lock = RunLock.acquire(path);
    try {
      return new ComparisonFolder(path, lock);
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /**
   * Finds the newest folder that {@link #create} made for a comparison.
   *
   * @param runs where runs lie
   * @return empty if there is none
   * @throws FlexoraException if the folder of runs cannot be listed
   */
  public static Optional<Path> newest(Path runs, String name) {
    if (!Files.isDirectory(runs)) {
      return Optional.empty();
    }
    Pattern made = Pattern.compile(Pattern.quote(name) + "-(\\d{8}-\\d{6}.*)");
    try (Stream<Path> folders = Files.list(runs)) {
      return folders
          .filter(folder -> made.matcher(folder.getFileName().toString()).matches())
          .filter(ComparisonFolder::isComparison)
          .max(Comparator.comparing(folder -> folder.getFileName().toString()));
    } catch (IOException e) {
      throw ReadFailure.explain(runs, e);
    }
  }

  /** Whether it is the folder of a comparison. */
  public static boolean isComparison(Path path) {
    return Files.isRegularFile(ledger(path))
        && Files.isRegularFile(path.resolve(RunFolder.CONFIGURATION));
  }

  /**
   * Finds the resolved configuration of a comparison.
   *
   * @throws FlexoraException if it is not a comparison's folder, or the configuration was changed
   */
  public static Path configuration(Path path) {
    if (!isComparison(path)) {
      String why =
          Files.exists(path)
              ? "it has no " + LEDGER + " or no configuration"
              : "it is not there; 'flexora compare' without --into begins a new one";
      throw new FlexoraException(path + " is not the folder of a comparison: " + why);
    }
    Path file = path.resolve(RunFolder.CONFIGURATION);
    ConfigurationFile.read(file);
    return file;
  }

  /** The ledger of a comparison. */
  public static Path ledger(Path path) {
    return path.resolve(LEDGER);
  }

  /** The folder of the run of a cell, which may not be there. */
  public static Path cell(Path path, String id) {
    return path.resolve(CELLS).resolve(id);
  }

  /** The folders of the runs of all cells that there are. */
  public static List<Path> cells(Path path) {
    Path cells = path.resolve(CELLS);
    if (Files.notExists(cells)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(cells)) {
      return folders
          .filter(cell -> !cell.getFileName().toString().startsWith("."))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw ReadFailure.explain(cells, e);
    }
  }

  /** The folder. */
  public Path path() {
    return path;
  }

  /** What happened to the cells. */
  public EventLog ledger() {
    return ledger;
  }

  /**
   * Makes the folder of the run of a cell, which holds its configuration. One that was made before
   * and never begun gets this configuration; one that was begun is left as it is.
   *
   * @throws FlexoraException if it cannot be written
   */
  public void prepareCell(String id, String configuration) {
    Path cell = cell(path, id);
    if (Files.notExists(cell)) {
      RunFolder.prepare(cell, configuration);
    } else if (!RunFolder.isBegun(cell)) {
      DurableFile.write(
          cell.resolve(RunFolder.CONFIGURATION), ConfigurationFile.content(configuration));
    }
  }

  /**
   * Removes the folder of the run of a cell, with all that it holds. A process that is killed
   * meanwhile leaves all of it, or what {@link #open} sweeps away.
   *
   * @param path the comparison's folder
   * @throws FlexoraException if it cannot be removed
   */
  public static void removeCell(Path path, String id) {
    Path cell = cell(path, id);
    if (Files.notExists(cell)) {
      return;
    }
    try {
      // Of half a run nobody could tell whether it was begun.
      Path hidden = cell.resolveSibling("." + id + "-" + UUID.randomUUID());
      Files.move(cell, hidden, StandardCopyOption.ATOMIC_MOVE);
      DurableFolder.sync(path.resolve(CELLS));
      DurableFolder.delete(hidden);
    } catch (IOException e) {
      throw WriteFailure.explain(cell, e);
    }
  }

  /** Writes the resolved configuration anew, whole or not at all. */
  public void writeConfiguration(String configuration) {
    DurableFile.write(
        path.resolve(RunFolder.CONFIGURATION), ConfigurationFile.content(configuration));
  }

  /** Writes the provenance whole or not at all. */
  public void writeProvenance(Provenance provenance) {
    RecordJson.write(path.resolve(RunFolder.PROVENANCE), provenance);
  }

  /**
   * Reads the cells and writes what they say while no other process does, so that two never write
   * the same file, and what was read earlier never replaces what was read later. Waits for the
   * other process.
   *
   * @param path the comparison's folder, which another process may have
   * @throws FlexoraException if the folder cannot be written
   */
  public static <T> T reporting(Path path, Supplier<T> work) {
    return ReportLock.holding(path, work);
  }

  /**
   * Writes what came out whole or not at all; one process at a time ({@link #reporting}).
   *
   * @param path the comparison's folder
   */
  public static void writeResult(Path path, ComparisonResult result) {
    RecordJson.write(path.resolve(RESULT), result);
  }

  /**
   * Reads what came out; empty if no cell has ended.
   *
   * @throws FlexoraException if the file is malformed
   */
  public static Optional<ComparisonResult> result(Path path) {
    return RecordJson.find(
        path.resolve(RESULT),
        ComparisonResult.class,
        "the result of a comparison",
        "'flexora report' writes it again from the cells");
  }

  private Path cells() {
    return path.resolve(CELLS);
  }

  /** Gives the folder back. */
  @Override
  public void close() {
    try {
      ledger.close();
    } finally {
      lock.close();
    }
  }
}
