package io.flexora.comparison.analysis;

import io.flexora.api.report.ComparisonResult.Budget;
import java.util.List;

/**
 * A comparison as the analysis sees it.
 *
 * @param name its name
 * @param baseline the strategy that differences are taken against
 * @param seeds the seeds of every strategy
 * @param budget what is held equal,
 * @param cells the cells; groups (a model with a task) and strategies are shown in the order in
 *     which they come first
 * @since 0.1
 */
public record AnalysedComparison(
    String name, String baseline, List<Long> seeds, Budget budget, List<AnalysedCell> cells) {

  /** Copies the lists. */
  public AnalysedComparison {
    seeds = List.copyOf(seeds);
    cells = List.copyOf(cells);
  }
}
