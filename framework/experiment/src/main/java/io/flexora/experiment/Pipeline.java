package io.flexora.experiment;

import io.flexora.api.plugin.Component;
import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Cell;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Phase;
import io.flexora.api.selection.Selector;
import io.flexora.experiment.cell.CellPhases;
import io.flexora.experiment.cell.CellRun;
import io.flexora.experiment.cell.ExampleValues;
import io.flexora.experiment.cell.PosteriorRun;
import io.flexora.experiment.cell.RunScope;
import io.flexora.experiment.estimate.OutOfMemory;
import io.flexora.experiment.inputs.AdapterPlans;
import io.flexora.experiment.inputs.ExperimentInputs;
import io.flexora.experiment.inputs.MatchedBudget;
import io.flexora.experiment.setup.ExperimentConfiguration;
import io.flexora.experiment.use.EvaluationTarget;
import io.flexora.experiment.use.Export;
import io.flexora.experiment.use.ExportRequest;
import io.flexora.plugin.extension.ExtensionCatalog;
import io.flexora.results.report.Report;
import io.flexora.results.run.CellOutcome;
import io.flexora.results.run.CellResult;
import io.flexora.results.run.RunCell;
import io.flexora.results.run.RunRecord;
import io.flexora.results.run.RunResult;
import io.flexora.runstore.CellFolder;
import io.flexora.runstore.RunFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A run from its first cell to its reports. */
final class Pipeline {

  private static final Logger LOG = LoggerFactory.getLogger(Pipeline.class);

  private final RunScope run;
  private final ExperimentInputs inputs;
  private final Export export;
  private final ExtensionCatalog catalog;
  private final Map<String, CellOutcome> outcomes = new LinkedHashMap<>();

  /**
   * Makes the pipeline.
   *
   * @param export saves the adapter of the main cell
   * @param catalog tells which plugin a failure is of
   */
  Pipeline(RunScope run, ExperimentInputs inputs, Export export, ExtensionCatalog catalog) {
    this.run = run;
    this.inputs = inputs;
    this.export = export;
    this.catalog = catalog;
  }

  /** Runs the cells that have not ended yet, then writes the result and the reports. */
  RunOutcome run() {
    ExperimentConfiguration configuration = run.configuration();
    // Strategies with layers: same wait for the number of the main cell's.
    cells(List.of(RunCell.MAIN));
    List<String> further = new ArrayList<>(configuration.cells().keySet());
    further.remove(RunCell.MAIN);
    tellMatchedBudget();
    cells(further);
    Map<String, CellOutcome> ordered = new LinkedHashMap<>();
    configuration.cells().keySet().forEach(name -> ordered.put(name, outcomes.get(name)));
    exportAdapter(run.folder().cell(RunCell.MAIN));
    RunResult result = result(configuration);
    run.folder().writeResult(result);
    return new RunOutcome(
        run.folder().path(), ordered, result, reports(configuration, run.folder().record()));
  }

  /** Tells how many layers strategies choose that have not begun yet. */
  private void tellMatchedBudget() {
    ExperimentConfiguration configuration = run.configuration();
    boolean someChoose =
        configuration.baselines().keySet().stream()
            .anyMatch(name -> !new CellPhases(run, name).haveBegun(Phase.SEARCH));
    if (someChoose) {
      MatchedBudget.of(configuration, inputs.adapters())
          .notice(outcomes.get(RunCell.MAIN), inputs.adapters())
          .ifPresent(run.monitor(RunCell.MAIN, "")::notice);
    }
  }

  private void exportAdapter(CellFolder cell) {
    if (cell.find(CellFolder.PRUNED).isEmpty()) {
      RunFolder folder = run.folder();
      var unused =
          export.write(
              new EvaluationTarget.Trained(folder.path(), RunCell.MAIN),
              new ExportRequest(ExportRequest.PEFT, folder.adapter()));
      return;
    }
    run.monitor(RunCell.MAIN, "")
        .notice(
            "The training has pruned the model, and no adapter file holds for a pruned base: there"
                + " is no folder adapter. 'flexora export' saves the model whole.");
  }

  private RunResult result(ExperimentConfiguration configuration) {
    CellOutcome main = outcomes.get(RunCell.MAIN);
    Map<String, Component<Selector>> others = new TreeMap<>(configuration.cells());
    others.remove(RunCell.MAIN);
    Map<String, CellResult> baselines = new TreeMap<>();
    if (!others.isEmpty()) {
      ExampleValues values = values(RunCell.MAIN, main);
      others.forEach(
          (name, selector) -> {
            CellOutcome outcome = outcomes.get(name);
            OptionalDouble error = values.differenceError(values(name, outcome));
            baselines.put(name, new CellResult(selector.name(), outcome, error));
          });
    }
    return new RunResult(
        configuration.name(),
        inputs.pretrained().shape().layers(),
        new CellResult(configuration.selector().name(), main),
        baselines);
  }

  /** The deciding metric of each test example; none if the cell failed. */
  private ExampleValues values(String cell, CellOutcome outcome) {
    return outcome
        .decisive()
        .map(
            metric ->
                ExampleValues.of(
                    run.folder().cell(cell).predictions(), metric.name(), metric.value()))
        .orElseGet(() -> new ExampleValues(Map.of()));
  }

  /**
   * The outcome of a finished run if its cells have all ended well, with its reports written again.
   */
  static Optional<RunOutcome> ended(ExperimentConfiguration configuration, RunFolder folder) {
    Set<String> names = configuration.cells().keySet();
    Map<String, CellOutcome> outcomes = new LinkedHashMap<>();
    for (String name : names) {
      folder.cell(name).success().ifPresent(outcome -> outcomes.put(name, outcome));
    }
    RunRecord record = folder.record();
    return record
        .result()
        .filter(result -> outcomes.size() == names.size())
        .map(
            result ->
                new RunOutcome(folder.path(), outcomes, result, reports(configuration, record)));
  }

  static List<Path> reports(ExperimentConfiguration configuration, RunRecord record) {
    List<Path> written = new ArrayList<>();
    for (Component<Report> report : configuration.reports()) {
      try {
        written.add(report.get().write(record));
      } catch (IOException e) {
        throw new FlexoraException(
            "report '%s' could not be written to %s: %s"
                .formatted(report.name(), record.folder(), e.getMessage()),
            e);
      }
    }
    return written;
  }

  private void cells(List<String> names) {
    if (names.isEmpty()) {
      return;
    }
    Path folder = run.folder().path();
    List<Cell> cells = names.stream().map(name -> new Cell(name, folder)).toList();
    run.configuration()
        .cell()
        .runner()
        .get()
        .run(cells, new PipelineCells(run, cell -> cell(cell.name())));
    for (String name : names) {
      if (!outcomes.containsKey(name)) {
        throw new FlexoraException(
            "runner '%s' did not run cell '%s'"
                .formatted(run.configuration().cell().runner().name(), name));
      }
    }
  }

  private void cell(String name) {
    if (name.equals(RunCell.MAIN)) {
      outcomes.put(
          name,
          OutOfMemory.explained(
              () ->
                  run(RunCell.of(name), MatchedBudget.of(run.configuration(), inputs.adapters()))));
    } else {
      outcomes.put(name, further(RunCell.of(name)));
    }
  }

  private CellOutcome run(RunCell name, MatchedBudget same) {
    Component<Selector> selector = run.configuration().cells().get(name.toString());
    return name.posterior().isPresent()
        ? new PosteriorRun(run, inputs, name).run(selector, outcomes.get(name.trained()))
        : new CellRun(run, inputs, name.toString()).run(selector, same);
  }

  /** A cell that fails beside the main one is recorded with its cause; the rest goes on. */
  private CellOutcome further(RunCell name) {
    CellOutcome main = outcomes.get(RunCell.MAIN);
    AdapterPlans adapters = inputs.adapters();
    MatchedBudget same = MatchedBudget.of(run.configuration(), adapters).or(main, adapters);
    try {
      return catalog.attributed(() -> OutOfMemory.explained(() -> run(name, same)));
    } catch (CancelledException e) {
      throw e;
    } catch (RuntimeException e) {
      LOG.error("cell {} failed", name, e);
      run.monitor(name.toString(), "")
          .notice("cell '%s' failed: %s".formatted(name, e.getMessage()));
      return new CellPhases(run, name.toString()).failed(String.valueOf(e.getMessage()));
    }
  }
}
