package io.flexora.api.tune;

import io.flexora.api.plugin.Effect;
import io.flexora.api.plugin.ExtensionPoint;
import io.flexora.api.run.Compatibility;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Chooses the values that the trials of a tuning have. The first trial has the default values and
 * is not the tuner's; it proposes all others. A tuner keeps nothing between calls: what it proposes
 * follows from the setting, the seeds and the results so far, so that an interrupted tuning goes on
 * as if it had not been interrupted.
 *
 * @since 0.1
 */
@ConsumerType
@ExtensionPoint(
    value = "tuner",
    affects = {Effect.SEARCH, Effect.TRAINING})
public interface Tuner {

  /**
   * Notes why it cannot tune in a setting, such as {@code the grid has 6 points, but 10 trials are
   * asked for}; nothing by default. It is asked before anything is trained.
   */
  default void checkCompatibility(TuningSetting setting, Compatibility found) {}

  /**
   * The share of a whole training that each trial has, from above 0 to 1, in the order of the
   * trials' numbers; the first is that of the default values and is 1. It is not asked where the
   * tuning is limited by time. As many whole trainings as the setting has trials by default.
   *
   * @param setting one with a number of trials
   */
  default List<Double> shares(TuningSetting setting) {
    return Collections.nCopies(setting.trials().orElseThrow(), 1.0);
  }

  /**
   * Proposes the next trials, which may run at the same time.
   *
   * @param progress the results so far; none at the first call, when the trial of the default
   *     values is about to run beside the first that are proposed
   * @return a value for each option that is tuned, by its path, as {@link Range} has it; at least
   *     one trial as long as some are left. What goes beyond the number of trials is not run; where
   *     the tuning is limited by time, the first alone is, and the tuner is asked again
   */
  List<Map<String, Double>> next(TuningProgress progress);
}
