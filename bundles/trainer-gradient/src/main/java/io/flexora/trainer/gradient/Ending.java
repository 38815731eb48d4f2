package io.flexora.trainer.gradient;

import io.flexora.numerics.training.TrainingPoint;
import java.util.Optional;

/**
 * When a training ends, if its time is not over before.
 *
 * @param totalSteps the steps that it takes at most
 * @param patience the evaluations without a lower validation loss after which it ends
 */
record Ending(long totalSteps, Optional<Integer> patience) {

  boolean isReachedAt(TrainingPoint at) {
    return at.step() >= totalSteps || isOutOfPatience(at) || at.outOfTime();
  }

  /** Why a training has ended before its last step; empty if it has not. */
  Optional<String> early(TrainingPoint at) {
    if (at.step() >= totalSteps) {
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
