package io.flexora.experiment.check;

import io.flexora.numerics.transformer.MachineSpeed;
import java.util.OptionalDouble;

/**
 * The speed of an experiment's steps on this machine, and the most that they could have.
 *
 * @param machine what the machine does at most
 * @param computeType the type that the model's frozen layers compute in
 * @param threads the threads that compute
 * @param load the mean number of processes that wanted to run in the last minute; negative where
 *     the system does not tell
 * @param benchmark the steps, and what a whole cell would take
 * @since 0.1
 */
public record SpeedReport(
    MachineSpeed machine, String computeType, int threads, double load, Benchmark benchmark) {

  /**
   * The most tokens of a second that steps could compute, at the machine's speed; empty where it is
   * not known what they cannot do without.
   */
  public OptionalDouble mostTokensPerSecond(StepSpeed speed) {
    Double rate = machine.operations().get(computeType);
    if (speed.work().isEmpty() || speed.tokens().isEmpty() || rate == null) {
      return OptionalDouble.empty();
    }
    double tokens = speed.tokens().getAsDouble();
    double seconds = speed.work().get().seconds(tokens, rate, machine.bytes());
    return seconds > 0 ? OptionalDouble.of(tokens / seconds) : OptionalDouble.empty();
  }
}
