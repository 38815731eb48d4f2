package io.flexora.comparison.cell;

import io.flexora.comparison.setup.BudgetOptions;
import io.flexora.comparison.setup.ComparedRow;
import io.flexora.comparison.setup.ComparisonConfiguration;
import io.flexora.comparison.setup.ConfigPath;
import io.flexora.comparison.setup.SearchTime;
import io.flexora.comparison.setup.TuningOptions;
import io.flexora.config.yaml.ConfigNode;
import io.flexora.config.yaml.ConfigNode.Entry;
import io.flexora.config.yaml.ConfigNode.Mapping;
import io.flexora.config.yaml.ConfigNode.Scalar;
import io.flexora.config.yaml.ConfigNode.Sequence;
import io.flexora.config.yaml.Location;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/** Writes the configuration of a cell's run from that of the comparison. */
public final class CellConfiguration {

  private static final ConfigPath SHARE = new ConfigPath(List.of("tune.share".split("\\.", -1)));
  private static final long MILLIS = 1000;

  /** A part of a duration has nine digits at most. */
  private static final long MOST_OF_PART = 999_999_999;

  private final ComparisonConfiguration configuration;
  private final BudgetOptions budget;
  private final Mapping comparison;
  private final Map<String, ComparedRow> rows;

  /**
   * Prepares.
   *
   * @param comparison the resolved configuration
   */
  public CellConfiguration(ComparisonConfiguration configuration, Mapping comparison) {
    this.configuration = configuration;
    this.budget = configuration.budget();
    this.comparison = comparison;
    this.rows =
        configuration.trainedRows().stream()
            .collect(Collectors.toMap(ComparedRow::label, row -> row));
  }

  /** The row that a cell is of. */
  public ComparedRow row(CellId cell) {
    return rows.get(cell.strategy());
  }

  /** The configuration of a cell with the default values. */
  public Mapping of(CellId cell) {
    return of(cell, OptionalInt.empty(), TrialSetting.DEFAULT);
  }

  /**
   * The configuration of a cell with other values than the default ones.
   *
   * @param sameLayers how many layers strategies choose that are told {@code same}
   */
  public Mapping of(CellId cell, OptionalInt sameLayers, TrialSetting setting) {
    Mapping mapping = base(cell, sameLayers, setting);
    for (Map.Entry<ConfigPath, Scalar> value : setting.values().entrySet()) {
      mapping = value.getKey().with(mapping, value.getValue());
    }
    return mapping;
  }

  private Mapping base(CellId cell, OptionalInt sameLayers, TrialSetting setting) {
    Location location = comparison.location();
    Mapping task = (Mapping) of("tasks", cell.task());
    ComparedRow row = row(cell);
    List<Entry> entries = new ArrayList<>();
    entries.add(entry("name", text(cell.id(), location)));
    entries.add(entry("seed", word(String.valueOf(cell.seed()), location)));
    take(entries, "data_seed", "device", "devices");
    row.adapter()
        .ifPresentOrElse(
            adapter -> entries.add(entry("adapter", of("adapters", adapter))),
            () -> take(entries, "adapter"));
    row.trainer()
        .ifPresentOrElse(
            trainer -> entries.add(entry("trainer", of("trainers", trainer))),
            () -> take(entries, "trainer"));
    take(entries, "checkpoints");
    if (cell.trial().isEmpty()) {
      take(entries, "posteriors");
    }
    entries.add(entry("model", of("models", cell.model())));
    task.entries().stream()
        .filter(entry -> cell.trial().isEmpty() || !entry.key().equals("test_sets"))
        .forEach(entries::add);
    entries.add(entry("selector", of("strategies", row.strategy())));
    budget
        .steps()
        .ifPresent(
            steps ->
                entries.add(
                    entry(
                        "training_steps", word(String.valueOf(setting.stepsOf(steps)), location))));
    sameLayers.ifPresent(
        count -> entries.add(entry("same_layers", word(String.valueOf(count), location))));
    budget.seconds().ifPresent(seconds -> entries.addAll(time(seconds, setting, location)));
    configuration.tune().ifPresent(tune -> entries.addAll(tuning(cell, tune)));
    entries.add(entry("runner", text("local", location)));
    entries.add(entry("reports", new Sequence(location, List.of())));
    return new Mapping(location, entries);
  }

  private void take(List<Entry> entries, String... keys) {
    for (String key : keys) {
      comparison.get(key).ifPresent(value -> entries.add(entry(key, value)));
    }
  }

  /** A part of a training has a part of the time, but the whole search. */
  private List<Entry> time(double budgeted, TrialSetting setting, Location location) {
    boolean included = budget.search() == SearchTime.INCLUDED;
    double seconds = included ? setting.seconds().limit(budgeted) : setting.share() * budgeted;
    List<Entry> entries = new ArrayList<>();
    entries.add(entry("time_limit", text(duration(seconds), location)));
    entries.add(entry("time_limit_includes_search", word(String.valueOf(included), location)));
    double factor = included ? setting.seconds().factor(setting.share()) : 1;
    if (factor != 1) {
      entries.add(entry("training_time_factor", word(String.valueOf(factor), location)));
    }
    return entries;
  }

  private static String duration(double seconds) {
    long millis = Math.max(1, Math.round(seconds * MILLIS));
    return millis <= MOST_OF_PART
        ? String.format(Locale.ROOT, "%dms", millis)
        : String.format(Locale.ROOT, "%ds%dms", millis / MILLIS, millis % MILLIS);
  }

  /** Cells that are tuned are trained and stopped as their trials are, on the same examples. */
  private List<Entry> tuning(CellId cell, TuningOptions tune) {
    ConfigNode written = comparison.get("tune").orElse(comparison);
    Location location = written.location();
    Location ofShare = SHARE.in(comparison).orElse(written).location();
    List<Entry> entries = new ArrayList<>();
    entries.add(entry("tuning_share", word(String.valueOf(tune.share()), ofShare)));
    if (cell.trial().isPresent()) {
      entries.add(entry("evaluate_on", word("tuning", location)));
    }
    return entries;
  }

  private ConfigNode of(String key, String name) {
    return comparison
        .get(key)
        .filter(Mapping.class::isInstance)
        .flatMap(named -> ((Mapping) named).get(name))
        .orElseThrow();
  }

  private static Entry entry(String key, ConfigNode value) {
    return new Entry(key, value.location(), value);
  }

  private static Scalar text(String text, Location location) {
    return new Scalar(location, text, false);
  }

  private static Scalar word(String text, Location location) {
    return new Scalar(location, text, true);
  }
}
