package io.flexora.web;

import io.flexora.comparison.ComparedNames;
import io.flexora.host.FlexoraHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The cells of a comparison, which has a folder for each before the first begins. */
final class CellFolders {

  private final Path folder;
  private Optional<Comparator<CellName>> order = Optional.empty();

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
}
