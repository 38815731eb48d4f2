package io.flexora.comparison.setup;

import io.flexora.config.yaml.ConfigNode.Mapping;
import io.flexora.config.yaml.ConfigurationReader;
import java.nio.file.Path;
import java.util.List;

/**
 * The models, tasks and rows of a comparison, by the names and in the order of its file.
 *
 * @param models the models
 * @param tasks the tasks
 * @param rows the labels of the rows
 * @since 0.1
 */
public record ComparedNames(List<String> models, List<String> tasks, List<String> rows) {

  /** Copies the lists. */
  public ComparedNames {
    models = List.copyOf(models);
    tasks = List.copyOf(tasks);
    rows = List.copyOf(rows);
  }

  /**
   * Reads the names in the folder of a comparison, without its plugins.
   *
   * @throws io.flexora.api.run.FlexoraException if the folder has no file that can be read
   */
  public static ComparedNames in(Path folder) {
    return new ConfigurationReader().read(folder.resolve("configuration.yaml"))
            instanceof Mapping file
        ? new ComparedNames(names(file, "models"), names(file, "tasks"), rows(file))
        : new ComparedNames(List.of(), List.of(), List.of());
  }

  private static List<String> rows(Mapping file) {
    return ComparedRow.of(key -> names(file, key)).stream().map(ComparedRow::label).toList();
  }

  private static List<String> names(Mapping file, String key) {
    return file.get(key).stream()
        .filter(Mapping.class::isInstance)
        .flatMap(named -> ((Mapping) named).entries().stream())
        .map(entry -> entry.key())
        .toList();
  }
}
