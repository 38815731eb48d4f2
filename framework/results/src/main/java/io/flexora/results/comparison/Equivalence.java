package io.flexora.results.comparison;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The tests of a strategy for being as good as another one but for a margin: one-sided paired
 * t-tests, one for being not worse, two for being equivalent (TOST). Over seeds, over examples and
 * over both at once, of which the largest p-value counts.
 *
 * @param margin the margin, in units of the metric
 * @param overSeeds the tests over the seeds; empty with fewer than three
 * @param overExamples the tests over the examples; empty if they say nothing
 * @param overBoth the tests over seeds and examples at once; empty if the examples say nothing, and
 *     if each has the same difference with each
 * @param pNotWorseAdjusted the p-value of being worse by the margin, after Holm's correction for
 *     all that are tested within it in the group
 * @param pEquivalentAdjusted that of being worse or better by the margin, after the same
 * @param verdict what it says
 * @since 0.1
 */
public record Equivalence(
    double margin,
    Optional<OneSided> overSeeds,
    Optional<OneSided> overExamples,
    Optional<OneSided> overBoth,
    OptionalDouble pNotWorseAdjusted,
    OptionalDouble pEquivalentAdjusted,
    Verdict verdict) {

  /**
   * The p-value that the verdict rests on: of being equivalent where it is that, else of being not
   * worse; empty with too few seeds.
   */
  public OptionalDouble pOfVerdict() {
    return verdict == Verdict.EQUIVALENT ? pEquivalentAdjusted : pNotWorseAdjusted;
  }

  /** The verdict of the tests within a margin. */
  public enum Verdict {
    /** The strategy is neither worse nor better by the margin. */
    EQUIVALENT("equivalent"),
    /** The strategy is not worse by the margin; it may be better by it. */
    NOT_WORSE("not worse"),
    /** The strategy may be worse by the margin. */
    NOT_SHOWN("not shown"),
    /** There are fewer than three seeds, which decide nothing. */
    TOO_FEW_SEEDS("too few seeds");

    private final String words;

    Verdict(String words) {
      this.words = words;
    }

    /** The verdict in words, as files have it. */
    public String words() {
      return words;
    }

    /** Whether the strategy is shown to be not worse by the margin. */
    public boolean shown() {
      return this == EQUIVALENT || this == NOT_WORSE;
    }
  }

  /**
   * The p-values of two one-sided tests.
   *
   * @param pNotWorse that of a strategy that is worse by the margin
   * @param pNotBetter that of one that is better by it
   */
  public record OneSided(double pNotWorse, double pNotBetter) {}
}
