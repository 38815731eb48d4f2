package io.flexora.comparison.analysis;

import io.flexora.results.report.VerdictDecimals;
import io.flexora.statistics.Interval;
import io.flexora.statistics.Sample;
import java.util.Optional;

/** The bounds of all tests and intervals of a comparison, and the intervals of means over seeds. */
final class SeedInference {

  /** The confidence of every interval. */
  static final double CONFIDENCE = 0.95;

  /** The level of every test; a p-value has to be below it. */
  static final double LEVEL = VerdictDecimals.LEVEL;

  /**
   * The fewest seeds of which an interval, a number of seeds that would be needed and an
   * equivalence are told: the spread of two is a single difference, which is nothing by chance.
   */
  static final int FEWEST_SEEDS = 3;

  private SeedInference() {}

  /** Whether there are seeds enough for an interval, but each has the same value. */
  static boolean isSameWithEach(Sample seeds) {
    return seeds.size() >= FEWEST_SEEDS && !seeds.varies();
  }

  /** The interval of a mean over seeds; empty where these are too few, or all have the same. */
  static Optional<Interval> interval(Sample seeds) {
    return Optional.of(seeds)
        .filter(sample -> sample.size() >= FEWEST_SEEDS)
        .flatMap(sample -> sample.interval(CONFIDENCE));
  }
}
