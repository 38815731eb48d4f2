package io.flexora.comparison.cell;

import io.flexora.comparison.setup.ConfigPath;
import io.flexora.config.yaml.ConfigNode.Scalar;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * In what a cell differs from what the comparison's file says.
 *
 * @param values the values of options, by their paths in the cell's configuration
 * @param share the share of a whole training that it has
 * @param seconds how it shares the seconds of the budget with others
 */
public record TrialSetting(Map<ConfigPath, Scalar> values, double share, SharedSeconds seconds) {

  /** No difference. */
  public static final TrialSetting DEFAULT = new TrialSetting(Map.of(), 1, SharedSeconds.ALONE);

  public TrialSetting {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /** The same with another length. */
  public TrialSetting withShare(double other) {
    return new TrialSetting(values, other, seconds);
  }

  /** How many of the steps of a whole training it has. */
  long stepsOf(long whole) {
    return Math.max(1, Math.round(share * whole));
  }
}
