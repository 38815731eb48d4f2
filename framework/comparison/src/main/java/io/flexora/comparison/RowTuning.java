package io.flexora.comparison;

import io.flexora.api.tune.Range;
import io.flexora.api.tune.TuningSetting;
import io.flexora.config.ConfigNode;
import io.flexora.config.ConfigNode.Scalar;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is tuned in the cells of one row.
 *
 * @param options the options
 * @param setting the same for the tuner
 * @param shares the share of a whole training of each trial, by its number; none where the tuning
 *     is limited by time
 * @param seconds how the trials of a cell, and the cell, share the seconds of the budget
 */
record RowTuning(
    List<TunedOption> options, TuningSetting setting, List<Double> shares, SharedSeconds seconds) {

  RowTuning {
    options = List.copyOf(options);
    shares = List.copyOf(shares);
  }

  /** Whether the row has an option that is tuned. */
  boolean isTuned() {
    return !options.isEmpty();
  }

  /** What the tested cell has, and the first trial: the default values. */
  TrialSetting defaults() {
    return new TrialSetting(Map.of(), 1, seconds);
  }

  /** What a trial has that the tuner proposed. */
  TrialSetting of(Map<String, Double> values, double share) {
    Map<ConfigPath, Scalar> written = new LinkedHashMap<>();
    for (TunedOption option : options) {
      written.put(option.path(), option.written(values.get(option.name())));
    }
    return new TrialSetting(written, share, seconds);
  }

  /** The values in the configuration of a cell, as texts, by the paths in the comparison. */
  Map<String, String> texts(ConfigNode cell) {
    Map<String, String> texts = new LinkedHashMap<>();
    options.forEach(
        option -> option.path().text(cell).ifPresent(text -> texts.put(option.name(), text)));
    return texts;
  }

  /** The values in the configuration of a cell, without those that are outside of their ranges. */
  static Map<String, Double> values(List<TunedOption> options, ConfigNode cell) {
    Map<String, Double> values = new LinkedHashMap<>();
    options.forEach(
        option -> option.read(cell).ifPresent(value -> values.put(option.name(), value)));
    return values;
  }

  /** The range of each option. */
  static Map<String, Range> ranges(List<TunedOption> options) {
    Map<String, Range> ranges = new LinkedHashMap<>();
    options.forEach(option -> ranges.put(option.name(), option.range()));
    return ranges;
  }
}
