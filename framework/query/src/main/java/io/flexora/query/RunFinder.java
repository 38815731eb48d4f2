package io.flexora.query;

import io.flexora.api.run.FlexoraException;
import io.flexora.comparison.cell.CellId;
import io.flexora.files.durable.ReadFailure;
import io.flexora.runstore.ComparisonFolder;
import io.flexora.runstore.EventLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Finds the runs below a folder, those of comparisons included. */
final class RunFinder {

  private static final String CONFIGURATION = "configuration.yaml";

  private final Consumer<String> notes;
  private final List<FoundRun> found = new ArrayList<>();

  RunFinder(Consumer<String> notes) {
    this.notes = notes;
  }

  /**
   * Looks into a folder.
   *
   * @param runs where runs lie, or a run or a comparison itself
   * @throws FlexoraException if there is no such folder, or no run in it
   */
  List<FoundRun> in(Path runs) {
    Path folder = runs.toAbsolutePath().normalize();
    if (!Files.isDirectory(folder)) {
      throw new FlexoraException(
          runs
              + " does not exist, so there are no runs to query; name another folder with"
              + " --runs, or start a run: flexora run config/quickstart.yaml");
    }
    if (!take(folder)) {
      folders(folder).forEach(this::take);
    }
    if (found.isEmpty()) {
      throw new FlexoraException(
          "there are no runs in "
              + runs
              + "; name another folder with --runs, or make a run:"
              + " flexora run config/quickstart.yaml");
    }
    return found;
  }

  private boolean take(Path folder) {
    if (ComparisonFolder.isComparison(folder)) {
      takeComparison(folder);
      return true;
    }
    if (Files.isRegularFile(folder.resolve(CONFIGURATION))) {
      found.add(FoundRun.alone(folder));
      return true;
    }
    if (Files.exists(EventLog.in(folder))) {
      notes.accept(folder + " is left out: it has no " + CONFIGURATION);
    }
    return false;
  }

  private void takeComparison(Path folder) {
    String comparison = folder.getFileName().toString();
    Map<String, CellId> known = ComparedCells.of(folder, notes);
    for (Path cell : folders(folder.resolve("cells"))) {
      String name = cell.getFileName().toString();
      if (Files.isRegularFile(cell.resolve(CONFIGURATION))) {
        found.add(
            new FoundRun(
                cell,
                comparison + "/" + name,
                Optional.of(comparison),
                ComparedCells.named(known, name)));
      }
    }
  }

  /** The folders in a folder, without hidden ones: those are being made. */
  private static List<Path> folders(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(Files::isDirectory)
          .filter(entry -> !entry.getFileName().toString().startsWith("."))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw ReadFailure.explain(folder, e);
    }
  }
}
