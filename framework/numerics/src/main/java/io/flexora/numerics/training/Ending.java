package io.flexora.numerics.training;

import java.util.Optional;

/**
 * The end of a training, or of a period of one, if its time is not over before.
 *
 * @param lastStep the step that it ends with
 * @param totalSteps the steps of the whole training
 * @param patience the evaluations without a lower validation loss after which it ends
 */
record Ending(long lastStep, long totalSteps, Optional<Integer> patience) {

  boolean isReachedAt(TrainingPoint at) {
    return at.step() >= lastStep || isOutOfPatience(at) || at.outOfTime();
  }

  /** Why a training has ended before its last step; empty if it has not. */
  Optional<String> early(TrainingPoint at) {
    if (at.step() >= lastStep) {
      return Optional.empty();
    }
    String why =
        isOutOfPatience(at)
            ? "%d evaluations without a lower validation loss".formatted(at.worse())
            : "its time was over";
    return Optional.of(
        "training ended early at step %d of %d: %s".formatted(at.step(), totalSteps, why));
  }

  private boolean isOutOfPatience(TrainingPoint at) {
    return patience.map(p -> at.worse() >= p).orElse(false);
  }
}
