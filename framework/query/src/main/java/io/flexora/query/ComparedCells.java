package io.flexora.query;

import io.flexora.api.run.FlexoraException;
import io.flexora.comparison.cell.CellId;
import io.flexora.comparison.setup.ComparedRow;
import io.flexora.config.yaml.ConfigNode;
import io.flexora.config.yaml.ConfigurationReader;
import io.flexora.runstore.ComparisonFolder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The models, tasks, strategies and seeds that the names of a comparison's cells mean. */
final class ComparedCells {

  private static final Pattern TRIAL = Pattern.compile("(.+)\\.trial-([0-9]{1,9})");

  private ComparedCells() {}

  /** The cells by their names; none if the configuration is damaged, which is noted. */
  static Map<String, CellId> of(Path comparison, Consumer<String> notes) {
    try {
      return cells(new ConfigurationReader().read(ComparisonFolder.configuration(comparison)));
    } catch (FlexoraException | NumberFormatException e) {
      notes.accept(
          "the cells of %s have no names of models, tasks and strategies: %s"
              .formatted(comparison, e.getMessage()));
      return Map.of();
    }
  }

  /** The cell of a name, or the trial of a cell; empty if it is none of them. */
  static Optional<CellId> named(Map<String, CellId> known, String name) {
    Matcher trial = TRIAL.matcher(name);
    return trial.matches()
        ? Optional.ofNullable(known.get(trial.group(1)))
            .map(cell -> cell.trial(Integer.parseInt(trial.group(2))))
        : Optional.ofNullable(known.get(name));
  }

  private static Map<String, CellId> cells(ConfigNode configuration) {
    Written written = new Written(configuration);
    Map<String, CellId> cells = new HashMap<>();
    for (String model : written.keys("models")) {
      for (String task : written.keys("tasks")) {
        for (ComparedRow row : ComparedRow.of(written::keys)) {
          for (String seed : written.elements("seeds")) {
            CellId cell = new CellId(model, task, row.label(), Long.parseLong(seed));
            cells.put(cell.id(), cell);
          }
        }
      }
    }
    return cells;
  }
}
