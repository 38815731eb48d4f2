package io.flexora.cli.progress;

import java.time.Duration;
import java.util.Optional;

/**
 * Estimates how long what is shown still takes.
 *
 * @since 0.1
 */
public interface Forecast {

  /**
   * An estimate.
   *
   * @param left the time left
   * @param whole whether it is the time of all that is left; otherwise some part has not been seen
   *     yet, and it will be more
   */
  record Estimate(Duration left, boolean whole) {}

  /** Takes note of a step. */
  void observe(Step step);

  /** The time left, if there is anything to judge by. */
  Optional<Estimate> estimate();

  /** Knows of nothing. */
  static Forecast none() {
    return RunForecast.none();
  }
}
