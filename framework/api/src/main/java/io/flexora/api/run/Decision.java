package io.flexora.api.run;

import java.util.Objects;

/**
 * The value of an option that a configuration leaves to the machine.
 *
 * @param value the option's value, such as {@code float32}
 * @param reason the reason, as the end of a sentence: {@code as ...}
 * @since 0.1
 */
public record Decision(String value, String reason) {

  /** Refuses null. */
  public Decision {
    Objects.requireNonNull(value);
    Objects.requireNonNull(reason);
  }

  /** It in one line. */
  public String line(String option) {
    return "%s: %s, %s".formatted(option, value, reason);
  }
}
