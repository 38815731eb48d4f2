package io.flexora.api.selection;

import java.util.Objects;
import java.util.Optional;

/**
 * The description of a number of each layer, for those who show it: a score of a {@link Selection},
 * or a list that a search tells at each step.
 *
 * @param name its name among the scores or among the figures of a step
 * @param title the noun for one number, such as {@code gate}
 * @param unit its unit, such as {@code nats}; empty for a number without one
 * @param neutral the number of a layer that the strategy neither prefers nor avoids; bars begin
 *     there
 * @param meaning the meaning of the neutral number, such as {@code as in plain LoRA}
 * @since 0.1
 */
public record ScoreDescription(
    String name, String title, Optional<String> unit, double neutral, Optional<String> meaning) {

  /** Requires all components. */
  public ScoreDescription {
    Objects.requireNonNull(name);
    Objects.requireNonNull(title);
    Objects.requireNonNull(unit);
    Objects.requireNonNull(meaning);
  }

  /** A number without a unit, of which 0 is the neutral one. */
  public static ScoreDescription of(String name, String title) {
    return new ScoreDescription(name, title, Optional.empty(), 0, Optional.empty());
  }

  /** The same in a unit. */
  public ScoreDescription withUnit(String newUnit) {
    return new ScoreDescription(name, title, Optional.of(newUnit), neutral, meaning);
  }

  /** The same with another neutral number, and what that stands for. */
  public ScoreDescription withNeutral(double value, String means) {
    return new ScoreDescription(name, title, unit, value, Optional.of(means));
  }
}
