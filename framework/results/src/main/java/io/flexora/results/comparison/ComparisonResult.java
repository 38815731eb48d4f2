package io.flexora.results.comparison;

import io.flexora.results.comparison.Tuning.Tuned;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The result of a comparison.
 *
 * @param name the name of the comparison
 * @param baseline the strategy that differences are taken against
 * @param seeds the seeds of every strategy
 * @param budget what is held equal
 * @param confidence of every interval; one less it is the level of every test
 * @param groups each model with each task, in the order in which they were written
 * @param tuning how strategies were tuned; empty if they were not
 * @since 0.1
 */
public record ComparisonResult(
    String name,
    String baseline,
    List<Long> seeds,
    Budget budget,
    double confidence,
    List<GroupResult> groups,
    Optional<Tuned> tuning) {

  /** Copies the lists. */
  public ComparisonResult {
    Objects.requireNonNull(tuning);
    Objects.requireNonNull(name);
    Objects.requireNonNull(baseline);
    seeds = List.copyOf(seeds);
    Objects.requireNonNull(budget);
    groups = List.copyOf(groups);
  }

  /**
   * The amount of something that is held equal between strategies.
   *
   * @param hold {@code layers}, {@code parameters}, {@code steps} or {@code seconds}; empty where
   *     that is not known, as of results from elsewhere
   * @param amount how many of them; empty where each strategy takes what the trainer is told
   * @param search {@code included} if the time of a search counts, else {@code excluded}
   * @param tuning the same of the trials of a tuning
   */
  public record Budget(String hold, OptionalDouble amount, String search, String tuning) {

    /** Of results of which nothing is known to be held equal. */
    public static final Budget UNKNOWN =
        new Budget("", OptionalDouble.empty(), "excluded", "excluded");
  }
}
