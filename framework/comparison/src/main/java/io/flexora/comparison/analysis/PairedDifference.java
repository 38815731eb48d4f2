package io.flexora.comparison.analysis;

import io.flexora.api.run.Seeds;
import io.flexora.results.comparison.DifferenceResult;
import io.flexora.results.comparison.DifferenceResult.McNemar;
import io.flexora.results.comparison.DifferenceResult.TestResult;
import io.flexora.results.comparison.Equivalence;
import io.flexora.statistics.CrossedMean;
import io.flexora.statistics.EffectSize;
import io.flexora.statistics.Interval;
import io.flexora.statistics.PairedPower;
import io.flexora.statistics.PairedTTest;
import io.flexora.statistics.Sample;
import io.flexora.statistics.SignFlipTest;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * The difference of a strategy from another one, the baseline or its counterpart, over the seeds
 * with which both have a value.
 *
 * @param differences the differences of the values, one for each seed
 * @param tTest their t-test; empty with one seed, and if the same difference is seen with each
 * @param permutation their sign-flip test; empty with one seed
 * @param effectSize their Cohen's d_z with Hedges' correction; empty with fewer than three seeds
 * @param examples what the examples say; empty if {@code examplesMissing} says why not
 * @param examplesMissing why the examples say nothing; empty if they do
 * @param oneSeedByExamples whether a single seed is judged over the examples
 */
record PairedDifference(
    Sample differences,
    Optional<PairedTTest> tTest,
    Optional<SignFlipTest> permutation,
    OptionalDouble effectSize,
    Optional<PairedExamples> examples,
    Optional<String> examplesMissing,
    boolean oneSeedByExamples) {

  /** A strategy and the one that it is tested against, by their names. */
  record Pair(String strategy, String reference) {}

  private static final double POWER = 0.8;

  /**
   * Compares paired cells.
   *
   * @param names the names of the model, the task and the strategy, that name the random stream
   * @param comparisons how many differences are compared in the group
   * @param oneSeedByExamples whether a single seed is judged over the examples
   * @return empty if there is no pair
   */
  static Optional<PairedDifference> of(
      List<PairedCell> pairs,
      GroupMetric metric,
      List<String> names,
      int comparisons,
      boolean oneSeedByExamples) {
    double[] differences = pairs.stream().mapToDouble(PairedCell::difference).toArray();
    long seed = new Seeds(0).derive("comparison", names);
    return Sample.of(differences)
        .map(
            sample ->
                new PairedDifference(
                    sample,
                    PairedTTest.of(differences, SeedInference.CONFIDENCE),
                    SignFlipTest.of(differences, seed, comparisons)
                        .filter(test -> test.pairs() > 1),
                    EffectSize.hedgesGz(differences),
                    PairedExamples.of(pairs, metric, seed, comparisons),
                    PairedExamples.missing(pairs, metric),
                    oneSeedByExamples));
  }

  int seeds() {
    return differences.size();
  }

  /** Whether the seeds are too few for an interval over them. */
  boolean hasFewSeeds() {
    return seeds() < SeedInference.FEWEST_SEEDS;
  }

  /** That of the mean difference over seeds; empty with few, or if it is the same with each. */
  Optional<Interval> interval() {
    return SeedInference.interval(differences);
  }

  /**
   * The p-value over the seeds: the t-test's; the sign-flip test's where the t-test says nothing.
   */
  OptionalDouble overSeeds() {
    return number(tTest.map(PairedTTest::pValue).or(() -> permutation.map(SignFlipTest::pValue)));
  }

  /** The p-value over the examples. */
  OptionalDouble overExamples() {
    return number(examples.map(paired -> paired.permutation().pValue()));
  }

  /**
   * The p-value over seeds and examples at once. Each of the other two takes the other factor as
   * given, so both may be small by chance more often than a test should be.
   */
  OptionalDouble overBoth() {
    return number(examples.flatMap(PairedExamples::both).map(CrossedMean::pValue));
  }

  /** The largest of these p-values, as far as there are. */
  OptionalDouble pValue() {
    return Stream.of(overSeeds(), overExamples(), overBoth())
        .flatMapToDouble(OptionalDouble::stream)
        .max();
  }

  /**
   * The p-value that the verdict depends on; empty with one seed, unless that is judged over the
   * examples.
   */
  OptionalDouble judgedBy() {
    return seeds() > 1 || oneSeedByExamples ? pValue() : OptionalDouble.empty();
  }

  /** Whether a single seed is judged, of which the examples alone tell. */
  boolean isOfOneSeed() {
    return seeds() == 1 && judgedBy().isPresent();
  }

  /**
   * With how many examples the two models of a single seed would be told apart in 80 % of the
   * cases, as {@link #seedsNeeded}; empty where the examples do not differ.
   */
  OptionalLong examplesNeeded(int comparisons) {
    return examples
        .map(PairedExamples::differences)
        .map(
            sample ->
                PairedPower.manyPairsNeeded(
                    sample.mean(), sample.standardDeviation().orElse(0), level(comparisons), POWER))
        .orElse(OptionalLong.empty());
  }

  /**
   * With how many seeds the t-test would find such a difference in 80 % of the cases, at a level
   * that is divided among the comparisons of the group: so it would hold after Holm's correction
   * whatever becomes of the others; empty where that cannot be told, as with too few seeds.
   */
  OptionalInt seedsNeeded(int comparisons) {
    if (hasFewSeeds()) {
      return OptionalInt.empty();
    }
    double deviation = differences.standardDeviation().orElse(0);
    return PairedPower.pairsNeeded(differences.mean(), deviation, level(comparisons), POWER);
  }

  /** Whether the seeds are not what a clear difference lacks. */
  boolean isClearOverSeeds(int comparisons) {
    return overSeeds().orElse(1) < level(comparisons);
  }

  /** Whether the examples, if there are any, are not what a clear difference lacks. */
  boolean isClearOverExamples(int comparisons) {
    return overExamples().orElse(0) < level(comparisons);
  }

  private static double level(int comparisons) {
    return SeedInference.LEVEL / comparisons;
  }

  /** What it says, given the p-value after the correction for all strategies of the group. */
  DifferenceResult.Verdict verdict(GroupMetric metric, OptionalDouble adjusted) {
    if (judgedBy().isEmpty() && seeds() == 1) {
      return DifferenceResult.Verdict.ONE_SEED_ONLY;
    }
    if (adjusted.orElse(1) >= SeedInference.LEVEL) {
      return DifferenceResult.Verdict.NOT_DISTINGUISHABLE;
    }
    return metric.worth(differences.mean()) > 0
        ? DifferenceResult.Verdict.BETTER
        : DifferenceResult.Verdict.WORSE;
  }

  private static OptionalDouble number(Optional<Double> value) {
    return value.map(OptionalDouble::of).orElse(OptionalDouble.empty());
  }

  /** The difference as the record of a comparison has it. */
  DifferenceResult result(
      GroupMetric metric,
      OptionalDouble adjusted,
      DifferenceResult.Verdict verdict,
      int comparisons,
      Optional<Equivalence> equivalence) {
    return new DifferenceResult(
        differences.mean(),
        seeds(),
        examples.map(e -> OptionalInt.of(e.examples())).orElse(OptionalInt.empty()),
        examplesMissing(),
        tTest()
            .map(
                t ->
                    new TestResult(
                        "paired t-test",
                        interval().map(metric::clipDifference).map(FiniteValues::bounds),
                        OptionalDouble.of(t.pValue()))),
        permutation().map(PairedDifference::permutation),
        examples.map(
            e ->
                new TestResult(
                    "paired bootstrap and permutation",
                    e.interval().map(metric::clipDifference).map(FiniteValues::bounds),
                    OptionalDouble.of(e.permutation().pValue()))),
        examples
            .flatMap(PairedExamples::both)
            .map(
                both ->
                    new TestResult(
                        "t-test of crossed seeds and examples",
                        Optional.of(both.interval(SeedInference.CONFIDENCE))
                            .filter(interval -> !hasFewSeeds())
                            .map(metric::clipDifference)
                            .map(FiniteValues::bounds),
                        OptionalDouble.of(both.pValue()))),
        examples
            .flatMap(PairedExamples::mcNemar)
            .map(test -> new McNemar(test.onlyFirst(), test.onlySecond(), test.pValue())),
        FiniteValues.number(effectSize()),
        FiniteValues.number(pValue()),
        FiniteValues.number(adjusted),
        verdict,
        seedsNeeded(comparisons),
        equivalence);
  }

  private static TestResult permutation(SignFlipTest test) {
    return new TestResult(
        (test.exact() ? "exact " : "") + "sign-flip permutation",
        Optional.empty(),
        OptionalDouble.of(test.pValue()));
  }
}
