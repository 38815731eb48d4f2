package io.flexora.runstore;

import io.flexora.api.plugin.Option;

/**
 * The options of checkpoints: when they are saved and how many are kept.
 *
 * @param everySteps steps between two checkpoints; 0 for no limit by steps
 * @param everySeconds seconds between two checkpoints; 0 for no limit by time
 * @param keep how many of the newest are kept
 * @since 0.1
 */
public record CheckpointOptions(
    @Option(doc = "Steps between checkpoints; 0 to use time only.", byDefault = "0", min = 0)
        long everySteps,
    @Option(doc = "Seconds between checkpoints; 0 to use steps only.", byDefault = "20", min = 0)
        double everySeconds,
    @Option(doc = "Number of newest checkpoints to keep for each phase.", byDefault = "2", min = 1)
        int keep) {

  /** Whether a checkpoint is due after that many steps and seconds since the last. */
  boolean due(long steps, double seconds) {
    return (everySteps > 0 && steps >= everySteps) || (everySeconds > 0 && seconds >= everySeconds);
  }
}
