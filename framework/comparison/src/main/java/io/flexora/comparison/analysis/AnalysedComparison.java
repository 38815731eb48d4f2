package io.flexora.comparison.analysis;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A comparison as the analysis sees it.
 *
 * @param name its name
 * @param baseline the strategy that differences are taken against
 * @param seeds the seeds of every strategy
 * @param budget what is held equal, as {@code comparison.json} shows it: {@code hold}, the amount
 *     by that name, {@code search}
 * @param cells the cells; groups (a model with a task) and strategies are shown in the order in
 *     which they come first
 * @since 0.1
 */
public record AnalysedComparison(
    String name,
    String baseline,
    List<Long> seeds,
    Map<String, Object> budget,
    List<AnalysedCell> cells) {

  /** Copies the lists and the map, whose order is kept. */
  public AnalysedComparison {
    seeds = List.copyOf(seeds);
    budget = Collections.unmodifiableMap(new LinkedHashMap<>(budget));
    cells = List.copyOf(cells);
  }
}
