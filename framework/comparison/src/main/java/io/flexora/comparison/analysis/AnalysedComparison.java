package io.flexora.comparison.analysis;

import io.flexora.results.comparison.ComparisonResult.Budget;
import io.flexora.results.comparison.Tuning.Tuned;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A comparison as the analysis sees it.
 *
 * @param name its name
 * @param baseline the strategy that differences are taken against
 * @param counterparts the strategies that are tested against another one too, with its name: one
 *     that differs from them in one thing
 * @param seeds the seeds of every strategy
 * @param budget what is held equal
 * @param equivalence the margin of the tests for equivalence; empty for no such tests
 * @param tuning how strategies were tuned; empty if they were not
 * @param oneSeedByExamples whether a difference with a single seed is judged over the examples: as
 *     one of these two models, which says nothing of others that are trained alike
 * @param cells the cells; groups (a model with a task) and strategies are shown in the order in
 *     which they come first
 * @since 0.1
 */
public record AnalysedComparison(
    String name,
    String baseline,
    Map<String, String> counterparts,
    List<Long> seeds,
    Budget budget,
    Optional<EquivalenceMargin> equivalence,
    Optional<Tuned> tuning,
    boolean oneSeedByExamples,
    List<AnalysedCell> cells) {

  /** Copies the map and the lists. */
  public AnalysedComparison {
    counterparts = Map.copyOf(counterparts);
    seeds = List.copyOf(seeds);
    cells = List.copyOf(cells);
  }
}
