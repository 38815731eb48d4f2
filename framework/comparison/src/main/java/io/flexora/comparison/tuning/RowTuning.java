package io.flexora.comparison.tuning;

import io.flexora.api.tune.Range;
import io.flexora.api.tune.TuningSetting;
import io.flexora.comparison.cell.SharedSeconds;
import io.flexora.comparison.cell.TrialSetting;
import io.flexora.comparison.setup.ConfigPath;
import io.flexora.config.yaml.ConfigNode;
import io.flexora.config.yaml.ConfigNode.Scalar;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The tuned options of the cells of one row.
 *
 * @param options the options
 * @param ties the options that have the values of these; the tuner does not know them
 * @param setting the same for the tuner
 * @param shares the share of a whole training of each trial, by its number; none where the tuning
 *     is limited by time
 * @param seconds how the trials of a cell, and the cell, share the seconds of the budget
 */
public record RowTuning(
    List<TunedOption> options,
    List<TiedOption> ties,
    TuningSetting setting,
    List<Double> shares,
    SharedSeconds seconds) {

  public RowTuning {
    options = List.copyOf(options);
    ties = List.copyOf(ties);
    shares = List.copyOf(shares);
  }

  /** Whether the row has an option that is tuned. */
  public boolean isTuned() {
    return !options.isEmpty();
  }

  /** What the tested cell has, and the first trial: the default values. */
  public TrialSetting defaults() {
    Map<ConfigPath, Scalar> written = new LinkedHashMap<>();
    ties.forEach(tie -> written.put(tie.path(), tie.byDefault()));
    return new TrialSetting(written, 1, seconds);
  }

  /** What a trial has that the tuner proposed. */
  public TrialSetting of(Map<String, Double> values, double share) {
    Map<ConfigPath, Scalar> written = new LinkedHashMap<>();
    for (TunedOption option : options) {
      written.put(option.path(), option.written(values.get(option.name())));
    }
    for (TiedOption tie : ties) {
      written.put(tie.path(), tie.written(values.get(tie.other().name())));
    }
    return new TrialSetting(written, share, seconds);
  }

  /** What a cell has with a value of one option, and what is tied to that, alone. */
  public TrialSetting with(TunedOption option, Scalar value) {
    Map<ConfigPath, Scalar> written = new LinkedHashMap<>(defaults().values());
    written.put(option.path(), value);
    ties.stream()
        .filter(tie -> tie.other().equals(option))
        .forEach(tie -> written.put(tie.path(), tie.written(value)));
    return new TrialSetting(written, 1, seconds);
  }

  /** The paths, in the configuration of a cell, of all that trials differ in. */
  List<ConfigPath> paths() {
    return Stream.concat(
            options.stream().map(TunedOption::path), ties.stream().map(TiedOption::path))
        .toList();
  }

  /**
   * The values in the configuration of a cell, as texts, by the paths in the comparison; not those
   * of {@link #ties}, which are the same.
   */
  public Map<String, String> texts(ConfigNode cell) {
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
