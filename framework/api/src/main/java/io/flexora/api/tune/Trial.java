package io.flexora.api.tune;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * A trial that has ended.
 *
 * @param number its number, from 0: the trial of the default values
 * @param values the value of each option, by its path, as {@link Range} has it; without those
 *     default values that are outside of their ranges
 * @param share the share of a whole training that it had
 * @param result the metric that decides, on the examples that judge trials; empty if it failed
 * @since 0.1
 */
public record Trial(int number, Map<String, Double> values, double share, OptionalDouble result) {

  /** Copies the map in its order. */
  public Trial {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }
}
