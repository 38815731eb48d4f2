package io.flexora.api.tune;

import io.flexora.api.run.Seeds;
import java.util.List;
import java.util.OptionalDouble;

/**
 * How far a tuning is.
 *
 * @param setting what is tuned
 * @param seeds the random choices of this tuning
 * @param lowerIsBetter whether lower results are better
 * @param trials the trials that have ended, by their numbers; the first has the default values.
 *     None at the beginning
 * @since 0.1
 */
public record TuningProgress(
    TuningSetting setting, Seeds seeds, boolean lowerIsBetter, List<Trial> trials) {

  /** Copies the list. */
  public TuningProgress {
    trials = List.copyOf(trials);
  }

  /** The number of the next trial that is proposed: the first is 1. */
  public int next() {
    return Math.max(1, trials.size());
  }

  /** How many trials are left to propose. */
  public int left(int trialsInAll) {
    return Math.max(0, trialsInAll - next());
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
