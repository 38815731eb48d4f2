package io.flexora.comparison.judge;

import io.flexora.api.run.FlexoraException;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * The options of a judgement.
 *
 * @param name its name
 * @param against the strategy that the others are tested against; empty for the first one
 * @param margin within what strategies are tested for being as good, in units of the metric; empty
 *     for no such tests
 * @param marginAgainst the strategy that the margin is asked against; empty for the baseline
 * @param model the name of the model of all results; empty for what the files say
 * @param metric the name of the metric; empty for the first one of the files
 * @param filter the filter of the harness whose answers count; empty for the first one
 * @param lowerIsBetter whether a lower value is the better one
 * @param examples how many examples a share is of that comes without them; empty where that is not
 *     known
 * @since 0.1
 */
public record JudgeOptions(
    String name,
    Optional<String> against,
    OptionalDouble margin,
    Optional<String> marginAgainst,
    Optional<String> model,
    Optional<String> metric,
    Optional<String> filter,
    boolean lowerIsBetter,
    OptionalLong examples) {

  /** Checks them. */
  public JudgeOptions {
    if (examples.isPresent() && examples.getAsLong() < 1) {
      throw new FlexoraException(
          "--examples %d is not accepted; write a number above 0".formatted(examples.getAsLong()));
    }
  }
}
