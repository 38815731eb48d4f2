package io.flexora.results.comparison;

import java.nio.file.Path;
import java.util.List;

/**
 * Everything that is known of a comparison.
 *
 * @param folder the comparison's folder
 * @param name its name
 * @param configuration the resolved configuration, as YAML
 * @param result what was found
 * @param cells its cells, in the order in which they are listed
 * @since 0.1
 */
public record ComparisonRecord(
    Path folder,
    String name,
    String configuration,
    ComparisonResult result,
    List<ComparedCell> cells) {

  /** Copies the cells. */
  public ComparisonRecord {
    cells = List.copyOf(cells);
  }
}
