package io.flexora.comparison.tuning;

import io.flexora.comparison.cell.TrialSetting;
import io.flexora.config.yaml.ConfigNode.Scalar;
import io.flexora.config.yaml.ConfigProblem;
import io.flexora.config.yaml.Location;

/**
 * A value that a tuner may choose for an option: an end of its range, or one of a list.
 *
 * @param option the path of the option in the comparison
 * @param location where the option is written
 * @param value the value, with its place
 * @param setting what a cell has that has it, and else what the file says
 */
public record CandidateValue(String option, Location location, Scalar value, TrialSetting setting) {

  /** That the value does not fit. */
  ConfigProblem refused(String why) {
    return new ConfigProblem(
        value.location(), "option '%s' cannot be %s: %s".formatted(option, value.text(), why));
  }

  /** That the option cannot be tuned, whatever its values are. */
  ConfigProblem refusedAtAll(String why) {
    return new ConfigProblem(location, "option '%s' %s".formatted(option, why));
  }
}
