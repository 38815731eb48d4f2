package io.flexora.api.tune;

import io.flexora.api.run.Compatibility;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The setting of a tuning: its values and its length.
 *
 * @param options the range of each option that is tuned, by its path; at least one
 * @param defaults the default value of each, where its range has it
 * @param trials the number of settings of the options to try, that of the default values included;
 *     empty where the tuning is limited by time
 * @since 0.1
 */
public record TuningSetting(
    Map<String, Range> options, Map<String, Double> defaults, OptionalInt trials) {

  /** Copies the maps in their order. */
  public TuningSetting {
    options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
    defaults = Collections.unmodifiableMap(new LinkedHashMap<>(defaults));
  }

  /**
   * Counts all settings, that of the default values included, wherever it is.
   *
   * @return empty where a range is continuous, or there are more than can be counted
   */
  public OptionalLong settings() {
    long all = 1;
    for (Range range : options.values()) {
      if (range.size().isEmpty() || all > Integer.MAX_VALUE) {
        return OptionalLong.empty();
      }
      all *= range.size().getAsLong();
    }
    return OptionalLong.of(hasDefaultsInRange() ? all : all + 1);
  }

  /** Whether the default values are within the ranges, all of them. */
  public boolean hasDefaultsInRange() {
    return defaults.keySet().containsAll(options.keySet());
  }

  /**
   * Says why a tuner that tries no setting twice cannot make so many trials; empty if it can.
   *
   * @param needed the number of settings, that of the default values included
   */
  public void checkSettings(int needed, Compatibility found) {
    OptionalLong all = settings();
    if (all.isPresent() && all.getAsLong() < needed) {
      found.refuse(
          ("the options have %d settings, but %d trials are asked for; ask for %d or fewer, or"
                  + " widen the ranges")
              .formatted(all.getAsLong(), needed, all.getAsLong()));
    }
  }
}
