package io.flexora.api.tune;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;

/**
 * What is tuned, and how long.
 *
 * @param options the range of each option that is tuned, by its path; at least one
 * @param defaults the default value of each, where its range has it
 * @param trials how many settings of the options are tried, that of the default values included;
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
}
