package io.flexora.api.report;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Everything that is known of a comparison.
 *
 * @param folder the comparison's folder
 * @param name its name
 * @param configuration the resolved configuration, as YAML
 * @param result the content of {@code comparison.json}
 * @param cells its cells, in the order in which they are listed
 * @since 0.1
 */
public record ComparisonRecord(
    Path folder,
    String name,
    String configuration,
    Map<String, Object> result,
    List<ComparedCell> cells) {

  /** Copies the cells. */
  public ComparisonRecord {
    cells = List.copyOf(cells);
  }
}
