package io.flexora.comparison.analysis;

import io.flexora.statistics.EquivalenceTest;
import java.util.List;
import java.util.Optional;

/**
 * Whether a strategy is as good as another one but for a margin. It has to hold over the seeds and
 * over the examples, as a difference has to, so the larger p-value counts.
 *
 * @param overSeeds the tests of the differences of the values, one for each seed
 * @param overExamples those of the differences of the examples, each averaged over the seeds; empty
 *     if the examples say nothing
 * @param lowerIsBetter whether a lower value is the better one
 */
record PairedEquivalence(
    EquivalenceTest overSeeds, Optional<EquivalenceTest> overExamples, boolean lowerIsBetter) {

  /** Tests paired cells; empty with too few seeds. */
  static Optional<PairedEquivalence> of(List<PairedCell> pairs, GroupMetric metric, double margin) {
    if (pairs.size() < ComparisonAnalysis.FEWEST_SEEDS) {
      return Optional.empty();
    }
    double[] seeds = pairs.stream().mapToDouble(PairedCell::difference).toArray();
    Optional<double[]> examples =
        Optional.of(pairs)
            .filter(all -> PairedExamples.missing(all, metric).isEmpty())
            .map(PairedExamples::means);
    return EquivalenceTest.of(seeds, margin)
        .map(
            overSeeds ->
                new PairedEquivalence(
                    overSeeds,
                    examples.flatMap(
                        means -> EquivalenceTest.ofBounded(means, margin, rarest(pairs, metric))),
                    metric.description().lowerIsBetter()));
  }

  /**
   * How far one example can move the mean. Where the metric is no mean of its examples, such as a
   * macro-averaged F1, what an example counts for can exceed the metric's own range.
   */
  private static double rarest(List<PairedCell> pairs, GroupMetric metric) {
    return Math.max(metric.greatestDifference(), PairedExamples.widestRange(pairs));
  }

  /** The p-value of the strategy being worse by the margin or more. */
  double pNotWorse() {
    return Math.max(notWorse(overSeeds), overExamples.map(this::notWorse).orElse(0.0));
  }

  /** The p-value of the strategy being worse or better by the margin or more. */
  double pEquivalent() {
    return Math.max(
        overSeeds.pEquivalent(), overExamples.map(EquivalenceTest::pEquivalent).orElse(0.0));
  }

  /** The one of two one-sided tests that is against the strategy being worse. */
  double notWorse(EquivalenceTest test) {
    return lowerIsBetter ? test.pBelowUpper() : test.pAboveLower();
  }

  /** The one that is against the strategy being better. */
  double notBetter(EquivalenceTest test) {
    return lowerIsBetter ? test.pAboveLower() : test.pBelowUpper();
  }
}
