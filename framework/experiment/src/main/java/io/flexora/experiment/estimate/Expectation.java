package io.flexora.experiment.estimate;

import io.flexora.results.benchmark.BenchmarkedResult;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The expectation of a strategy in an experiment, by measurements elsewhere.
 *
 * @param here what the experiment is like
 * @param nearest what was measured in the setting that is most like it, for as many classes; empty
 *     if nothing was that is comparable
 * @param departures in what that setting is far from the experiment; empty if in nothing
 * @param missing why nothing is comparable, a clause; empty if something is
 * @since 0.1
 */
public record Expectation(
    ExperimentScale here,
    Optional<BenchmarkedResult> nearest,
    List<Departure> departures,
    Optional<String> missing) {

  private static final double TENTH = 0.1;
  private static final double TEN = 10;
  private static final MathContext TWO_DIGITS = new MathContext(2);

  /**
   * A quantity of which an experiment has much more or less than was measured.
   *
   * @param what what it is, such as {@code rows}
   * @param factor how many times what was measured
   */
  public record Departure(String what, double factor) {

    /** Says it, such as {@code 16 times the rows}. */
    public String line() {
      return number() + " times the " + what;
    }

    private String number() {
      if (factor < TENTH) {
        return BigDecimal.valueOf(factor).round(TWO_DIGITS).toPlainString();
      }
      return String.format(Locale.ROOT, factor < TEN ? "%.1f" : "%,.0f", factor);
    }
  }

  /** Copies the departures. */
  public Expectation {
    departures = List.copyOf(departures);
  }

  static Expectation of(
      ExperimentScale here, BenchmarkedResult nearest, List<Departure> departures) {
    return new Expectation(here, Optional.of(nearest), departures, Optional.empty());
  }

  /** No expectation, and why. */
  public static Expectation none(ExperimentScale here, String why) {
    return new Expectation(here, Optional.empty(), List.of(), Optional.of(why));
  }
}
