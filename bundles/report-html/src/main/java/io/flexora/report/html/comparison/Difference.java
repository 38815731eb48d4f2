package io.flexora.report.html.comparison;

import io.flexora.report.html.evidence.Facts;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A strategy against the baseline, seed by seed and example by example.
 *
 * @param facts what is written of it
 */
public record Difference(Facts facts) {

  /** The tests of a difference. */
  public enum Test {
    /** Over the seeds, with an interval. */
    OVER_SEEDS("over_seeds"),
    /** Over the seeds, by all flips of signs. */
    SIGN_FLIPS("over_seeds_permutation"),
    /** Over the test examples. */
    OVER_EXAMPLES("over_examples"),
    /** Over seeds and examples at once: an interval without a p-value. */
    OVER_BOTH("over_both"),
    /** Over the examples that one of the two has right. */
    MCNEMAR("mcnemar");

    private final String key;

    Test(String key) {
      this.key = key;
    }
  }

  /** The mean difference, in units of the metric. */
  public OptionalDouble value() {
    return facts.number("difference");
  }

  /** A figure of it, such as {@code p_adjusted}. */
  public OptionalDouble number(String key) {
    return facts.number(key);
  }

  /** The figures of a test; empty if it was not made. */
  public Facts test(Test test) {
    return facts.object(test.key);
  }

  /** The interval of a test. */
  public Optional<Interval> interval(Test test) {
    return Interval.read(test(test), "interval");
  }

  /** The p-value of a test. */
  public OptionalDouble p(Test test) {
    return test(test).number("p_value");
  }

  /** The verdict in words. */
  public String verdict() {
    return facts.text("verdict").orElse("not tested");
  }

  /** Whether it is told from chance, to either side. */
  public boolean clear() {
    return verdict().equals("better") || verdict().equals("worse");
  }
}
