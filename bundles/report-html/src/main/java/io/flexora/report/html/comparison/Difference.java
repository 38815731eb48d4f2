package io.flexora.report.html.comparison;

import io.flexora.api.evaluate.MetricValue.Interval;
import io.flexora.results.comparison.DifferenceResult;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A strategy against the baseline, seed by seed and example by example.
 *
 * @param found what the comparison found
 */
public record Difference(DifferenceResult found) {

  /** The verdict in words. */
  public String verdict() {
    return found.verdict().words();
  }

  /** Whether it is told from chance, to either side. */
  public boolean clear() {
    return found.verdict().clear();
  }

  /** The interval of a test; empty if it was not made. */
  public static Optional<Interval> interval(Optional<DifferenceResult.Test> test) {
    return test.flatMap(DifferenceResult.Test::interval);
  }

  /** The p-value of a test; empty if it was not made. */
  public static OptionalDouble p(Optional<DifferenceResult.Test> test) {
    return test.map(DifferenceResult.Test::pValue).orElse(OptionalDouble.empty());
  }
}
