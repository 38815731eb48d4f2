package io.flexora.web;

import io.flexora.api.run.FlexoraException;
import io.flexora.comparison.setup.ComparedNames;
import io.flexora.host.FlexoraHost;
import io.flexora.results.run.CellOutcome;
import io.flexora.results.run.RunCell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The cells of a comparison, which has a folder for each before the first begins. */
final class CellFolders {

  private record Choice(Path cell, FolderState state, List<String> modules) {}

  private final Path folder;
  private Optional<Comparator<CellName>> order = Optional.empty();
  private Optional<Choice> lastRead = Optional.empty();

  CellFolders(Path folder) {
    this.folder = folder;
  }

  Path of(CellName cell) {
    return folder.resolve("cells").resolve(cell.id());
  }

  /** All cells in the order of the comparison's file. */
  List<CellName> all() {
    if (order.isEmpty()) {
      order = Optional.of(order());
    }
    try (Stream<Path> cells = Files.list(folder.resolve("cells"))) {
      return cells
          .map(cell -> CellName.of(cell.getFileName().toString()))
          .flatMap(Optional::stream)
          .sorted(order.get())
          .toList();
    } catch (IOException e) {
      // Not made yet.
      return List.of();
    }
  }

  private Comparator<CellName> order() {
    try {
      ComparedNames names = FlexoraHost.comparedNames(folder);
      return CellName.order(names.models(), names.tasks(), names.rows());
    } catch (RuntimeException e) {
      // The page shows what there is all the same, in the order of the alphabet.
      return CellName.order(List.of(), List.of(), List.of());
    }
  }

  /** Whether a cell's folder says that it has ended. */
  boolean ended(CellName cell) {
    return Files.exists(of(cell).resolve("result.json"));
  }

  /**
   * The chosen modules of a cell that has ended, in words; none where it chose whole layers. A page
   * asks for the same cell again and again: its files are read when its folder has changed.
   */
  List<String> modules(CellName cell) {
    Path run = of(cell);
    FolderState now = FolderState.of(run);
    Choice choice =
        lastRead
            .filter(known -> known.cell().equals(run) && known.state().equals(now))
            .orElseGet(() -> new Choice(run, now, read(run)));
    lastRead = Optional.of(choice);
    return choice.modules();
  }

  private static List<String> read(Path run) {
    try {
      return Optional.ofNullable(FlexoraHost.outcomes(run).get(RunCell.MAIN))
          .map(CellOutcome::selectedModules)
          .map(ChosenModules::lines)
          .orElse(List.of());
    } catch (FlexoraException e) {
      // The cell tells what is damaged when it is opened as a run; the rest is shown all the same.
      return List.of();
    }
  }
}
