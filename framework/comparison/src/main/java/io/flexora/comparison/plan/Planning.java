package io.flexora.comparison.plan;

import io.flexora.api.metric.MetricDescription;
import io.flexora.api.run.CancelledException;
import io.flexora.api.run.FlexoraException;
import io.flexora.comparison.cell.BudgetConstraint;
import io.flexora.comparison.cell.CellConfiguration;
import io.flexora.comparison.cell.CellId;
import io.flexora.comparison.cell.PlannedCell;
import io.flexora.comparison.cell.TrialSetting;
import io.flexora.comparison.setup.ComparedRow;
import io.flexora.comparison.setup.ComparisonConfiguration;
import io.flexora.comparison.setup.MarginCheck;
import io.flexora.comparison.tuning.ComparisonTuning;
import io.flexora.comparison.tuning.TunedFit;
import io.flexora.config.yaml.ConfigNode.Mapping;
import io.flexora.config.yaml.ConfigProblem;
import io.flexora.config.yaml.ConfigurationException;
import io.flexora.experiment.Experiment;
import io.flexora.experiment.SharedInputs;
import io.flexora.plugin.extension.ExtensionCatalog;
import io.flexora.runstore.RunListener;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/** Finds the cells of a comparison and what each of them runs, before anything is run. */
public final class Planning {

  /** Strategies of a model on a task, which have the model and the data in common. */
  private record Group(String model, String task) {

    static Group of(CellId cell) {
      return new Group(cell.model(), cell.task());
    }
  }

  /** The model, adapter and data that decide the size of an adapted layer. */
  private record Trained(Group group, Optional<String> adapter, Optional<String> trainer) {}

  private final ExtensionCatalog catalog;
  private final ComparisonConfiguration configuration;
  private final CellConfiguration configurations;
  private final BudgetConstraint budget;
  private final Optional<ComparisonTuning> tuning;
  private final Optional<MarginCheck> margin;
  private final Set<String> notices = new LinkedHashSet<>();

  /** Makes the planning of a comparison. */
  public Planning(
      ExtensionCatalog catalog,
      ComparisonConfiguration configuration,
      Mapping resolved,
      BudgetConstraint budget,
      Optional<ComparisonTuning> tuning) {
    this.catalog = catalog;
    this.configuration = configuration;
    this.configurations = new CellConfiguration(configuration, resolved);
    this.budget = budget;
    this.tuning = tuning;
    this.margin = configuration.equivalence().map(of -> new MarginCheck(of.margin(), resolved));
  }

  /**
   * The cells that are tested, with default values, in the order in which they are run.
   *
   * @param shared takes what is read of the models and the data
   * @param unreadable is told of a model and a task, by one of their cells, that cannot be read
   * @throws ConfigurationException if no strategy fits the budget, or one cannot work on its model,
   *     with all mistakes
   */
  public List<PlannedCell> cells(
      SharedInputs shared, RunListener listener, BiConsumer<CellId, FlexoraException> unreadable) {
    List<CellId> ids = CellId.inRunOrder(configuration);
    Set<Group> unread = new HashSet<>();
    Map<Trained, OptionalInt> sameLayers =
        sameLayers(
            ids,
            shared,
            listener,
            (cell, cause) -> {
              unread.add(Group.of(cell));
              unreadable.accept(cell, cause);
            });
    List<PlannedCell> cells =
        ids.stream()
            .map(cell -> new PlannedCell(cell, experiment(cell, sameLayers.get(trained(cell)))))
            .toList();
    requireCompatibility(
        cells.stream().filter(cell -> !unread.contains(Group.of(cell.id()))).toList(),
        shared,
        listener);
    return cells;
  }

  /**
   * Which rows have no trials while others are tuned; and of each model and task, which strategies
   * of the planned cells choose more layers than are held equal, or may by their tuning, and that
   * there are no validation examples where a trainer would look at them.
   */
  public List<String> notices() {
    List<String> told = new ArrayList<>(notices);
    tuning.flatMap(ComparisonTuning::withoutTrials).ifPresent(told::add);
    return told;
  }

  /** Asks each strategy once for each model and task. */
  private void requireCompatibility(
      List<PlannedCell> cells, SharedInputs shared, RunListener listener) {
    Optional<TunedFit> tuned =
        tuning.map(of -> new TunedFit(of, configuration.budget(), shared, listener));
    Set<List<String>> asked = new HashSet<>();
    Set<ConfigProblem> problems = new LinkedHashSet<>();
    for (PlannedCell cell : cells) {
      CellId id = cell.id();
      if (asked.add(List.of(id.model(), id.task(), id.strategy()))) {
        List<ConfigProblem> found = incompatible(cell, shared, listener);
        problems.addAll(found);
        Set<String> told = found.stream().map(ConfigProblem::message).collect(Collectors.toSet());
        tuned.map(fit -> fit.incompatible(cell, told, notices::add)).ifPresent(problems::addAll);
      }
    }
    // What an evaluator that does not fit decides by is not known.
    if (problems.isEmpty()) {
      margin.flatMap(of -> of.problem(deciding(cells, shared, listener))).ifPresent(problems::add);
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationException(List.copyOf(problems));
    }
  }

  /** The metrics that decide, of each model and task. */
  private List<Optional<MetricDescription>> deciding(
      List<PlannedCell> cells, SharedInputs shared, RunListener listener) {
    Set<Group> asked = new HashSet<>();
    return cells.stream()
        .filter(cell -> asked.add(Group.of(cell.id())))
        .flatMap(cell -> cell.experiment().deciding(shared, listener).stream())
        .toList();
  }

  private List<ConfigProblem> incompatible(
      PlannedCell cell, SharedInputs shared, RunListener listener) {
    try {
      cell.experiment().requireCompatibility(shared, listener);
      notices.addAll(cell.experiment().notices(shared, listener));
      return List.of();
    } catch (ConfigurationException e) {
      return e.problems();
    }
  }

  private Trained trained(CellId cell) {
    ComparedRow row = configurations.row(cell);
    return new Trained(Group.of(cell), row.adapter(), row.trainer());
  }

  private Map<Trained, OptionalInt> sameLayers(
      List<CellId> cells,
      SharedInputs shared,
      RunListener listener,
      BiConsumer<CellId, FlexoraException> unreadable) {
    Map<Trained, OptionalInt> sameLayers = new LinkedHashMap<>();
    List<ConfigProblem> problems = new ArrayList<>();
    for (CellId cell : cells) {
      Trained trained = trained(cell);
      if (!sameLayers.containsKey(trained)) {
        sameLayers.put(trained, OptionalInt.empty());
        try {
          sameLayers.put(trained, sameLayers(cell, shared, listener));
        } catch (ConfigurationException e) {
          problems.addAll(e.problems());
        } catch (CancelledException e) {
          throw e;
        } catch (FlexoraException e) {
          unreadable.accept(cell, e);
        }
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
    return sameLayers;
  }

  private OptionalInt sameLayers(CellId cell, SharedInputs shared, RunListener listener) {
    Experiment any = experiment(cell, OptionalInt.empty());
    return budget.sameLayers(cell.model(), any.trainable(shared, listener));
  }

  private Experiment experiment(CellId cell, OptionalInt sameLayers) {
    TrialSetting defaults =
        tuning.map(of -> of.row(cell.strategy()).defaults()).orElse(TrialSetting.DEFAULT);
    return Experiment.of(catalog, configurations.of(cell, sameLayers, defaults));
  }
}
