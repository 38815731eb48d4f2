package io.flexora.results.comparison;

import io.flexora.api.evaluate.MetricValue.ConfidenceInterval;
import java.util.Collection;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * The difference of a strategy from the baseline or from its counterpart, over the seeds with which
 * both have a value.
 *
 * @param difference the mean difference of the metric
 * @param seeds how many seeds have a value of both
 * @param examples how many test examples both were measured on; empty if they say nothing
 * @param examplesMissing why the examples say nothing; empty if they do
 * @param overSeeds the paired t-test, with an interval from three seeds on unless each difference
 *     is 0; empty with one seed, or if each seed has the same difference other than 0
 * @param overSeedsPermutation the sign-flip test over the seeds; empty with one seed
 * @param overExamples the permutation test over the examples, and a bootstrapped interval unless
 *     each example has the same difference
 * @param overBoth the t-test over seeds and examples at once, with an interval from three seeds on;
 *     empty with one seed, and if each example has the same difference with each
 * @param mcnemar McNemar's test; empty unless each example is right or wrong
 * @param effectSize Cohen's d_z with Hedges' correction; empty with fewer than three seeds
 * @param pValue the largest of the p-values over seeds, over examples and over both
 * @param pAdjusted the same after Holm's correction for the differences of the group
 * @param verdict what it says
 * @param seedsNeeded with how many seeds the t-test would find it in 80 % of the cases; empty if
 *     that cannot be told, as with fewer than three seeds
 * @param equivalence what the tests within a margin say; empty where none was written, and where it
 *     is asked against another strategy, see {@link StrategyResult.MarginReference}
 * @since 0.1
 */
public record DifferenceResult(
    double difference,
    int seeds,
    OptionalInt examples,
    Optional<String> examplesMissing,
    Optional<TestResult> overSeeds,
    Optional<TestResult> overSeedsPermutation,
    Optional<TestResult> overExamples,
    Optional<TestResult> overBoth,
    Optional<McNemar> mcnemar,
    OptionalDouble effectSize,
    OptionalDouble pValue,
    OptionalDouble pAdjusted,
    Verdict verdict,
    OptionalInt seedsNeeded,
    Optional<Equivalence> equivalence) {

  /** Of fewer seeds there is no interval over them. */
  public static final int FEWEST_SEEDS = 3;

  /** The interval over seeds. */
  public Optional<ConfidenceInterval> interval() {
    return overSeeds.flatMap(TestResult::interval);
  }

  /** Whether it has no interval over seeds because it is the same with each. */
  public boolean sameWithEachSeed() {
    return seeds >= FEWEST_SEEDS && interval().isEmpty();
  }

  /** Whether one of some differences has a p-value of a test. */
  public static boolean anyTested(
      Collection<DifferenceResult> differences,
      Function<DifferenceResult, Optional<TestResult>> test) {
    return differences.stream()
        .flatMap(difference -> test.apply(difference).stream())
        .anyMatch(made -> made.pValue().isPresent());
  }

  /** The verdict on a difference. */
  public enum Verdict {
    /** The strategy is better than the baseline. */
    BETTER("better"),
    /** The strategy is worse than the baseline. */
    WORSE("worse"),
    /** The two cannot be told apart. */
    NOT_DISTINGUISHABLE("not distinguishable"),
    /** There is one seed, which decides nothing. */
    ONE_SEED_ONLY("one seed only");

    private final String words;

    Verdict(String words) {
      this.words = words;
    }

    /** The verdict in words, as files have it. */
    public String words() {
      return words;
    }

    /** Whether the difference is told from chance, to either side. */
    public boolean clear() {
      return this == BETTER || this == WORSE;
    }
  }

  /**
   * A test of a difference.
   *
   * @param test its name
   * @param interval the interval of the difference, if it has one
   * @param pValue its p-value, if it has one
   */
  public record TestResult(
      String test, Optional<ConfidenceInterval> interval, OptionalDouble pValue) {}

  /**
   * McNemar's test over the examples that one of the two has right.
   *
   * @param onlyThis how often the strategy alone is right, over all seeds
   * @param onlyBaseline how often the baseline alone is right
   * @param pValue the p-value
   */
  public record McNemar(long onlyThis, long onlyBaseline, double pValue) {}
}
