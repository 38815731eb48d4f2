package io.flexora.comparison;

import io.flexora.config.ConfigNode.Scalar;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * In what a cell differs from that of the default values.
 *
 * @param values the values of options, by their paths in the cell's configuration
 * @param share the share of a whole training that it has
 * @param units how many whole trainings have the time of one cell together
 */
record TrialSetting(Map<ConfigPath, Scalar> values, double share, double units) {

  /** No difference. */
  static final TrialSetting DEFAULT = new TrialSetting(Map.of(), 1, 1);

  TrialSetting {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /** The same with another length. */
  TrialSetting withShare(double other) {
    return new TrialSetting(values, other, units);
  }

  /** How many of the steps of a whole training it has. */
  long stepsOf(long whole) {
    return Math.max(1, Math.round(share * whole));
  }
}
