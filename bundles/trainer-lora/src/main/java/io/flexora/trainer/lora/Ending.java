package io.flexora.trainer.lora;

import java.time.Duration;
import java.util.Optional;

/**
 * When a training ends.
 *
 * @param totalSteps the steps that it takes at most
 * @param patience the evaluations without a lower validation loss after which it ends
 * @param timeLimit the time after which it ends, counted over all its resumptions
 */
record Ending(long totalSteps, Optional<Integer> patience, Optional<Duration> timeLimit) {

  boolean isReachedAt(TrainingPoint at) {
    return at.step() >= totalSteps || isOutOfPatience(at) || isOutOfTime(at);
  }

  /** Why a training has ended before its last step; empty if it has not. */
  Optional<String> early(TrainingPoint at) {
    if (at.step() >= totalSteps) {
      return Optional.empty();
    }
    String why =
        isOutOfPatience(at)
            ? "%d evaluations without a lower validation loss".formatted(at.worse())
            : "its time of %s seconds is over".formatted(seconds(timeLimit.orElseThrow()));
    return Optional.of(
        "training ended early at step %d of %d: %s".formatted(at.step(), totalSteps, why));
  }

  private boolean isOutOfPatience(TrainingPoint at) {
    return patience.map(p -> at.worse() >= p).orElse(false);
  }

  /** A training takes one step at least, however short its time. */
  private boolean isOutOfTime(TrainingPoint at) {
    return at.step() > 0 && timeLimit.map(t -> at.elapsed().compareTo(t) >= 0).orElse(false);
  }

  private static String seconds(Duration duration) {
    return duration.toMillis() % 1000 == 0
        ? Long.toString(duration.toSeconds())
        : Double.toString(duration.toMillis() / 1000.0);
  }
}
