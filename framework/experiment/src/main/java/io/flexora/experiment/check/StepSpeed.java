package io.flexora.experiment.check;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The speed of the steps of a phase, after the first one.
 *
 * @param steps how many were timed
 * @param seconds the time of one
 * @param tokens the tokens of one, as far as the phase tells of them
 * @param work what one cannot do without; empty where that is not known
 * @since 0.1
 */
public record StepSpeed(
    long steps, double seconds, OptionalDouble tokens, Optional<StepWork> work) {

  /** The same, where one cannot do without some work. */
  StepSpeed with(StepWork least) {
    return new StepSpeed(steps, seconds, tokens, Optional.of(least));
  }

  /** The tokens of a second. */
  public OptionalDouble tokensPerSecond() {
    return tokens.isPresent() && seconds > 0
        ? OptionalDouble.of(tokens.getAsDouble() / seconds)
        : OptionalDouble.empty();
  }
}
