package io.flexora.api.tune;

import io.flexora.api.run.Seeds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * The progress of a tuning.
 *
 * @param setting the options that are tuned
 * @param seeds the random choices of this tuning
 * @param lowerIsBetter whether lower results are better
 * @param trials the trials that have ended, by their numbers; the first has the default values.
 *     None at the beginning
 * @since 0.1
 */
public record TuningProgress(
    TuningSetting setting, Seeds seeds, boolean lowerIsBetter, List<Trial> trials) {

  /**
   * A trial that has ended.
   *
   * @param number its number, from 0: the trial of the default values
   * @param values the value of each option, by its path, as {@link Range} has it; without those
   *     default values that are outside of their ranges
   * @param share the share of a whole training that it had
   * @param result the metric that decides, on the examples that judge trials; empty if it failed
   */
  public record Trial(int number, Map<String, Double> values, double share, OptionalDouble result) {

    /** Copies the map in its order. */
    public Trial {
      values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }
  }

  /** So many draws in a row that are all there already mean that none is left. */
  private static final int MOST_ATTEMPTS = 10_000;

  /** Copies the list. */
  public TuningProgress {
    trials = List.copyOf(trials);
  }

  /** The number of the next trial that is proposed: the first is 1. */
  public int next() {
    return Math.max(1, trials.size());
  }

  /**
   * Draws settings uniformly from the ranges, none twice.
   *
   * @param stream the name of the random stream
   * @param count the number of settings
   * @param known those that are not wanted
   * @return the first ones of the stream; fewer where there are not so many
   */
  public List<Map<String, Double>> drawn(String stream, int count, Set<Map<String, Double>> known) {
    Set<Map<String, Double>> seen = new HashSet<>(known);
    List<Map<String, Double>> drawn = new ArrayList<>();
    int attempts = 0;
    for (int number = 1; drawn.size() < count && attempts < MOST_ATTEMPTS; number++) {
      Map<String, Double> values = draw(stream, number);
      attempts++;
      if (seen.add(values)) {
        drawn.add(values);
        attempts = 0;
      }
    }
    return drawn;
  }

  private Map<String, Double> draw(String stream, int number) {
    Map<String, Double> values = new LinkedHashMap<>();
    setting
        .options()
        .forEach(
            (path, range) ->
                values.put(path, range.at(seeds.stream(stream, number, path).nextDouble())));
    return values;
  }

  /** Whether a trial has a better result than another; one that failed is worse than any. */
  public boolean isBetter(Trial trial, Trial other) {
    return signed(trial.result()) < signed(other.result());
  }

  /** A result as what is to be minimised; infinite where there is none. */
  public double signed(OptionalDouble result) {
    if (result.isEmpty()) {
      return Double.POSITIVE_INFINITY;
    }
    return lowerIsBetter ? result.getAsDouble() : -result.getAsDouble();
  }
}
