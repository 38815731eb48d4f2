package io.flexora.comparison.analysis;

import io.flexora.results.comparison.ComparisonResult;
import io.flexora.results.comparison.GroupResult;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Finds out what a comparison says.
 *
 * <p>Strategies are compared with the baseline over the seeds with which both have a value: by the
 * paired t-test, by a permutation test of the examples, each averaged over the seeds, and by a
 * t-test over seeds and examples at once. A difference has to hold in each, so the largest p-value
 * counts; Holm's correction is over all differences that are tested in a group. A strategy may have
 * a counterpart, such as itself with another adapter, that it is tested against in the same way.
 * The seeds are a sample, and so are the examples.
 *
 * <p>With a margin, it is tested too whether each is not worse than the other by more than that,
 * and whether it is equivalent within it, again over both and with Holm's correction.
 *
 * <p>The same cells give the same answer: what is drawn at random is drawn from streams that are
 * named after what they are for.
 *
 * @since 0.1
 */
public final class ComparisonAnalysis {

  private ComparisonAnalysis() {}

  /** Analyses every group (a model with a task) apart. */
  public static ComparisonResult of(AnalysedComparison comparison) {
    List<GroupResult> groups =
        comparison.cells().stream()
            .collect(
                Collectors.groupingBy(
                    cell -> List.of(cell.model(), cell.task()),
                    LinkedHashMap::new,
                    Collectors.toList()))
            .values()
            .stream()
            .map(cells -> new GroupAnalysis(cells, comparison).group())
            .toList();
    return new ComparisonResult(
        comparison.name(),
        comparison.baseline(),
        comparison.seeds(),
        comparison.budget(),
        SeedInference.CONFIDENCE,
        groups,
        comparison.tuning());
  }
}
