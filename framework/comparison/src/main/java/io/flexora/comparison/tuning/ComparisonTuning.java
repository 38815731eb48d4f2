package io.flexora.comparison.tuning;

import io.flexora.comparison.cell.CellConfiguration;
import io.flexora.comparison.cell.CellId;
import io.flexora.comparison.cell.PlannedCell;
import io.flexora.comparison.cell.TrialSetting;
import io.flexora.comparison.setup.ComparedRow;
import io.flexora.comparison.setup.ComparisonConfiguration;
import io.flexora.comparison.setup.ConfigPath;
import io.flexora.comparison.setup.TuningOptions;
import io.flexora.config.yaml.ConfigNode;
import io.flexora.config.yaml.ConfigNode.Entry;
import io.flexora.config.yaml.ConfigNode.Mapping;
import io.flexora.experiment.Experiment;
import io.flexora.experiment.setup.RunConfiguration;
import io.flexora.plugin.extension.ExtensionCatalog;
import io.flexora.runstore.ComparisonFolder;
import io.flexora.runstore.RunFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;

/** The tuning of the cells of a comparison; see {@link TuningCheck}. */
public final class ComparisonTuning {

  private final ExtensionCatalog catalog;
  private final ComparisonConfiguration configuration;
  private final CellConfiguration configurations;
  private final Map<String, RowTuning> rows;
  private final Mapping options;

  /**
   * Keeps what is tuned.
   *
   * @param rows what is tuned in the cells of each row, by its label
   * @param options the values of each option, as they are written
   */
  ComparisonTuning(
      ExtensionCatalog catalog,
      ComparisonConfiguration configuration,
      CellConfiguration configurations,
      Map<String, RowTuning> rows,
      Mapping options) {
    this.catalog = catalog;
    this.configuration = configuration;
    this.configurations = configurations;
    this.rows = Map.copyOf(rows);
    this.options = options;
  }

  /** What is tuned in the cells of a row, by its label. */
  public RowTuning row(String label) {
    return rows.get(label);
  }

  /** Which rows have no trials while others have, in a sentence; empty where there are none. */
  public Optional<String> withoutTrials() {
    List<String> labels =
        configuration.trainedRows().stream()
            .map(ComparedRow::label)
            .filter(label -> !row(label).isTuned())
            .toList();
    if (labels.isEmpty() || labels.size() == rows.size()) {
      return Optional.empty();
    }
    String names = String.join("', '", labels);
    return Optional.of(
        labels.size() == 1
            ? "%s: row '%s' has no trials, as none of its options is tuned; it is trained with the values of the file."
                .formatted(options.location(), names)
            : "%s: rows '%s' have no trials, as none of their options is tuned; they are trained with the values of the file."
                .formatted(options.location(), names));
  }

  /** The trials of a cell, as far as their number is known: where time limits them, the first. */
  public List<CellId> trials(CellId cell) {
    RowTuning row = row(cell.strategy());
    int known = row.shares().isEmpty() ? 1 : row.shares().size();
    List<CellId> trials = new ArrayList<>();
    for (int i = 0; row.isTuned() && i < known; i++) {
      trials.add(cell.trial(i));
    }
    return trials;
  }

  /** The ends of the ranges of a row's options, and the values of those that have a list. */
  public List<CandidateValue> ends(String label) {
    RowTuning row = row(label);
    List<CandidateValue> ends = new ArrayList<>();
    for (TunedOption option : row.options()) {
      Entry written = options.entry(option.name()).orElseThrow();
      ValueCheck.written((Mapping) written.value()).stream()
          .map(
              value ->
                  new CandidateValue(
                      option.name(), written.location(), value, row.with(option, value)))
          .forEach(ends::add);
    }
    return ends;
  }

  /** A cell, tested or a trial, with such a value. */
  public PlannedCell planned(PlannedCell cell, CandidateValue end) {
    return planned(cell.id(), cell.sameLayers(), end.setting());
  }

  /** The share of a whole training that a cell has. */
  public double share(CellId cell) {
    List<Double> shares = row(cell.strategy()).shares();
    int trial = cell.trial().orElse(-1);
    return trial >= 0 && trial < shares.size() ? shares.get(trial) : 1;
  }

  /**
   * Begins the tuning of a cell.
   *
   * @param sameLayers how many layers strategies choose that are told {@code same}
   */
  public CellTuning of(CellId cell, OptionalInt sameLayers) {
    TuningOptions options = configuration.tune().orElseThrow();
    return new CellTuning(
        cell,
        row(cell.strategy()),
        options.tuner(),
        options.seconds().map(OptionalDouble::of).orElse(OptionalDouble.empty()),
        new CellTuning.Cells() {
          @Override
          public Mapping configuration(CellId id, TrialSetting setting) {
            return configurations.of(id, sameLayers, setting);
          }

          @Override
          public PlannedCell planned(CellId id, TrialSetting setting) {
            return ComparisonTuning.this.planned(id, sameLayers, setting);
          }
        });
  }

  /**
   * A cell with these values.
   *
   * @param sameLayers as for {@link #of}
   * @throws io.flexora.config.yaml.ConfigurationException if they do not go together
   */
  public PlannedCell planned(CellId cell, OptionalInt sameLayers, TrialSetting setting) {
    return new PlannedCell(
        cell, Experiment.of(catalog, configurations.of(cell, sameLayers, setting)));
  }

  /**
   * A cell, tested or a trial, with the values that stand in its folder, whatever a tuner proposes.
   *
   * @param written the configuration in the folder
   */
  PlannedCell asWritten(CellId cell, OptionalInt sameLayers, Mapping written) {
    RowTuning row = row(cell.strategy());
    TrialSetting setting = row.defaults().withShare(share(cell));
    Mapping mapping = configurations.of(cell, sameLayers, setting);
    for (ConfigPath path : row.paths()) {
      mapping = path.in(written).map(with(mapping, path)).orElse(mapping);
    }
    return new PlannedCell(cell, Experiment.of(catalog, mapping));
  }

  /** The trials of a cell, with the default values, to be looked at. */
  public List<PlannedCell> planned(PlannedCell tested) {
    TrialSetting defaults = row(tested.id().strategy()).defaults();
    return trials(tested.id()).stream()
        .map(trial -> planned(trial, tested.sameLayers(), defaults.withShare(share(trial))))
        .toList();
  }

  /** The trials of a cell and the cell itself, as far as they were begun in a folder. */
  public List<PlannedCell> begun(PlannedCell tested, Path comparison) {
    List<PlannedCell> begun = new ArrayList<>();
    for (CellId id : ids(tested.id(), comparison)) {
      Path run = ComparisonFolder.cell(comparison, id.id());
      if (RunFolder.isBegun(run)) {
        begun.add(begun(id, tested.sameLayers(), run));
      }
    }
    return begun;
  }

  /** No tuner chose the values of the first trial: they have to be those of the file. */
  private PlannedCell begun(CellId id, OptionalInt sameLayers, Path run) {
    if (id.trial().equals(OptionalInt.of(0))) {
      return planned(id, sameLayers, row(id.strategy()).defaults());
    }
    Mapping written = (Mapping) RunConfiguration.read(run);
    return asWritten(id, sameLayers, written);
  }

  /** A tuning that is limited by time has as many trials as there are folders. */
  private Set<CellId> ids(CellId tested, Path comparison) {
    Set<CellId> ids = new LinkedHashSet<>(List.of(tested));
    ids.addAll(trials(tested));
    if (row(tested.strategy()).shares().isEmpty()) {
      ids.addAll(tested.trialsIn(comparison));
    }
    return ids;
  }

  private static Function<ConfigNode, Mapping> with(Mapping mapping, ConfigPath path) {
    return value -> path.with(mapping, value);
  }
}
