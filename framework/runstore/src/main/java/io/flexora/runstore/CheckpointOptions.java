package io.flexora.runstore;

import io.flexora.api.plugin.Option;

/**
 * When checkpoints are saved and how many are kept.
 *
 * @param everySteps steps between two checkpoints; 0 for no limit by steps
 * @param everySeconds seconds between two checkpoints; 0 for no limit by time
 * @param keep how many of the newest are kept
 * @since 0.1
 */
public record CheckpointOptions(
    @Option(
            doc = "Save a checkpoint after this many steps; 0 to go by time alone.",
            byDefault = "0",
            min = 0)
        long everySteps,
    @Option(
            doc = "Save a checkpoint after this many seconds; 0 to go by steps alone.",
            byDefault = "20",
            min = 0)
        double everySeconds,
    @Option(
            doc = "Keep this many of the newest checkpoints of each phase.",
            byDefault = "2",
            min = 1)
        int keep) {

  /** Whether a checkpoint is due after that many steps and seconds since the last. */
  boolean due(long steps, double seconds) {
    return (everySteps > 0 && steps >= everySteps) || (everySeconds > 0 && seconds >= everySeconds);
  }
}
