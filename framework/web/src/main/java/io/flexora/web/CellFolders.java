package io.flexora.web;

import io.flexora.config.ConfigNode.Mapping;
import io.flexora.config.ConfigurationReader;
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
      Mapping file = (Mapping) new ConfigurationReader().read(folder.resolve("configuration.yaml"));
      return CellName.order(names(file, "models"), names(file, "tasks"), names(file, "strategies"));
    } catch (RuntimeException e) {
      // The page shows what there is all the same, in the order of the alphabet.
      return CellName.order(List.of(), List.of(), List.of());
    }
  }

  private static List<String> names(Mapping file, String key) {
    return file.get(key).stream()
        .filter(Mapping.class::isInstance)
        .flatMap(named -> ((Mapping) named).entries().stream())
        .map(entry -> entry.key())
        .toList();
  }

  /** Whether a cell's folder says that it has ended. */
  boolean ended(CellName cell) {
    return Files.exists(of(cell).resolve("result.json"));
  }
}
