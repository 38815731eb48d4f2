package io.flexora.comparison.analysis;

import io.flexora.results.comparison.Equivalence.OneSided;
import io.flexora.statistics.CrossedMean;
import io.flexora.statistics.EquivalenceTest;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * The equivalence of a strategy to another one but for a margin. It has to hold over the seeds,
 * over the examples and over both at once, as a difference has to, so the largest p-value counts.
 *
 * @param margin the margin, above 0
 * @param overSeeds the tests of the differences of the values, one for each seed; empty with a
 *     single one, which is judged over the examples
 * @param overExamples those of the differences of the examples, each averaged over the seeds; empty
 *     if the examples say nothing
 * @param overBoth the mean difference over seeds and examples at once; empty if the examples say
 *     nothing, and where each has the same difference with each
 * @param lowerIsBetter whether a lower value is the better one
 */
record PairedEquivalence(
    double margin,
    Optional<EquivalenceTest> overSeeds,
    Optional<EquivalenceTest> overExamples,
    Optional<CrossedMean> overBoth,
    boolean lowerIsBetter) {

  /**
   * Tests paired cells.
   *
   * @param oneSeedByExamples whether a single seed is judged over the examples
   * @return empty with too few seeds
   */
  static Optional<PairedEquivalence> of(
      List<PairedCell> pairs, GroupMetric metric, double margin, boolean oneSeedByExamples) {
    boolean alone = pairs.size() == 1 && oneSeedByExamples;
    if (pairs.size() < SeedInference.FEWEST_SEEDS && !alone) {
      return Optional.empty();
    }
    double[] seeds = pairs.stream().mapToDouble(PairedCell::difference).toArray();
    Optional<double[][]> examples =
        Optional.of(pairs)
            .filter(all -> PairedExamples.missing(all, metric).isEmpty())
            .map(PairedExamples::table);
    PairedEquivalence tests =
        new PairedEquivalence(
            margin,
            EquivalenceTest.of(seeds, margin),
            examples
                .map(PairedExamples::means)
                .flatMap(means -> EquivalenceTest.ofBounded(means, margin, rarest(pairs, metric))),
            examples.flatMap(CrossedMean::of),
            metric.description().lowerIsBetter());
    return Optional.of(tests)
        .filter(made -> alone ? made.overExamples.isPresent() : made.overSeeds.isPresent());
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
    return largest(OneSided::pNotWorse);
  }

  /** The p-value of the strategy being worse or better by the margin or more. */
  double pEquivalent() {
    return Math.max(pNotWorse(), largest(OneSided::pNotBetter));
  }

  private double largest(ToDoubleFunction<OneSided> of) {
    return Stream.of(seeds(), examples(), both())
        .flatMap(Optional::stream)
        .mapToDouble(of)
        .max()
        .orElseThrow();
  }

  Optional<OneSided> seeds() {
    return overSeeds.map(test -> oneSided(test.pAboveLower(), test.pBelowUpper()));
  }

  Optional<OneSided> examples() {
    return overExamples.map(test -> oneSided(test.pAboveLower(), test.pBelowUpper()));
  }

  Optional<OneSided> both() {
    return overBoth.map(test -> oneSided(test.pAboveLower(margin), test.pBelowUpper(margin)));
  }

  /** Where less is better, a strategy is worse if its value is above the margin. */
  private OneSided oneSided(double pAboveLower, double pBelowUpper) {
    return lowerIsBetter
        ? new OneSided(pBelowUpper, pAboveLower)
        : new OneSided(pAboveLower, pBelowUpper);
  }
}
