package io.flexora.comparison.reading;

import io.flexora.api.evaluate.Prediction;
import io.flexora.api.plugin.Component;
import io.flexora.api.run.FlexoraException;
import io.flexora.comparison.analysis.AnalysedCell;
import io.flexora.comparison.analysis.AnalysedComparison;
import io.flexora.comparison.analysis.CellExamples;
import io.flexora.comparison.analysis.ComparisonAnalysis;
import io.flexora.comparison.analysis.EquivalenceMargin;
import io.flexora.comparison.cell.BudgetConstraint;
import io.flexora.comparison.cell.CellEvents;
import io.flexora.comparison.cell.CellId;
import io.flexora.comparison.cell.CellRecord;
import io.flexora.comparison.setup.ComparedRow;
import io.flexora.comparison.setup.ComparisonConfiguration;
import io.flexora.comparison.setup.TuningOptions;
import io.flexora.comparison.tuning.ComparisonTuning;
import io.flexora.results.comparison.CellState;
import io.flexora.results.comparison.ComparedCell;
import io.flexora.results.comparison.ComparisonRecord;
import io.flexora.results.comparison.ComparisonResult;
import io.flexora.results.comparison.Tuning;
import io.flexora.results.report.ComparisonReport;
import io.flexora.results.run.CellOutcome;
import io.flexora.results.run.RunCell;
import io.flexora.results.run.RunEvent;
import io.flexora.results.run.RunRecord;
import io.flexora.runstore.CellFolder;
import io.flexora.runstore.ComparisonFolder;
import io.flexora.runstore.RunFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/** Reads the cells of a comparison, analyses them, and writes what that says. */
public final class ComparisonReading {

  /** The content of a cell of a run. */
  private record Part(
      CellRecord record,
      Optional<RunRecord> run,
      List<Prediction> predictions,
      Map<String, List<Prediction>> testSets) {

    Part on(String testSet) {
      List<Prediction> there = testSets.getOrDefault(testSet, List.of());
      return new Part(record.on(testSet), run, there, Map.of());
    }
  }

  private final ComparisonConfiguration configuration;
  private final String resolved;
  private final BudgetConstraint budget;
  private final Optional<TuningReading> tunings;
  private final Optional<EquivalenceMargin> equivalence;
  private final Path folder;
  private final Map<String, String> failures;
  private final Map<Path, Optional<RunRecord>> runs = new HashMap<>();
  private final List<ComparedCell> compared = new ArrayList<>();
  private final List<AnalysedCell> analysed = new ArrayList<>();

  /**
   * Reads the cells as they are now; one that is damaged has failed.
   *
   * @param failures why cells failed just now, by their IDs, which their folders may not say
   */
  public ComparisonReading(
      ComparisonConfiguration configuration,
      String resolved,
      BudgetConstraint budget,
      Optional<ComparisonTuning> tuning,
      Optional<EquivalenceMargin> equivalence,
      Path folder,
      Map<String, String> failures) {
    this.configuration = configuration;
    this.resolved = resolved;
    this.budget = budget;
    this.tunings = tuning.map(of -> new TuningReading(of, folder));
    this.equivalence = equivalence;
    this.folder = folder;
    this.failures = failures;
    CellId.of(configuration).stream()
        .collect(
            Collectors.groupingBy(
                cell -> List.of(cell.model(), cell.task(), cell.strategy()),
                LinkedHashMap::new,
                Collectors.toList()))
        .values()
        .forEach(this::read);
  }

  /** Reads the cells of a trained row in one group, then those of its posteriors. */
  private void read(List<CellId> seeds) {
    ComparedRow trained = configuration.row(seeds.get(0).strategy());
    for (ComparedRow row : configuration.rowsOf(trained)) {
      seeds.forEach(cell -> add(cell, row));
    }
  }

  /** Adds a row's cell, and what it is on each further test set, which is a group of its own. */
  private void add(CellId trained, ComparedRow row) {
    Part part = read(trained, new RunCell(RunCell.MAIN, row.posterior()).toString());
    CellId cell = new CellId(trained.model(), trained.task(), row.label(), trained.seed());
    add(trained, cell, row, part, row.posterior().isEmpty());
    for (String testSet : configuration.tasks().get(trained.task()).testSets().keySet()) {
      add(trained, cell.on(testSet), row, part.on(testSet), false);
    }
  }

  /** Reads a cell of a run. */
  private Part read(CellId trained, String name) {
    Path path = ComparisonFolder.cell(folder, trained.id());
    try {
      CellRecord record = record(trained, path, name);
      Optional<RunRecord> run = runs.computeIfAbsent(path, CellRecord::whole);
      if (!record.done()) {
        return new Part(record, run, List.of(), Map.of());
      }
      CellFolder cell = RunFolder.readCell(path, name);
      return new Part(record, run, cell.predictions(), cell.testSets());
    } catch (FlexoraException e) {
      return new Part(CellRecord.unreadable(e), Optional.empty(), List.of(), Map.of());
    }
  }

  private CellRecord record(CellId trained, Path path, String name) {
    CellRecord record = CellRecord.of(path, name);
    String failure = failures.get(trained.id());
    return record.state() == CellState.MISSING && failure != null
        ? new CellRecord(CellState.FAILED, Optional.of(failure), Optional.empty())
        : record;
  }

  private void add(CellId from, CellId cell, ComparedRow row, Part part, boolean trained) {
    CellRecord record = part.record();
    Optional<RunRecord> run = part.run();
    if (trained) {
      compared.add(
          new ComparedCell(cell.id(), cell.model(), cell.task(), row.label(), cell.seed(), run));
    }
    List<RunEvent> events = run.map(RunRecord::events).orElse(List.of());
    Optional<CellOutcome> done = record.outcome().filter(o -> record.done());
    Optional<Tuning> tuning = tunings.flatMap(all -> all.tuning(from));
    analysed.add(
        new AnalysedCell(
            cell.id(),
            cell.model(),
            cell.task(),
            row.label(),
            configuration.strategies().get(row.strategy()).name(),
            row.adapter(),
            cell.seed(),
            record.state(),
            record.failure(),
            record.outcome(),
            CellExamples.of(part.predictions()),
            layers(run),
            trained
                ? done.flatMap(outcome -> budget.keptBy(outcome, events, tuned(cell)))
                : Optional.empty(),
            trained && done.isPresent()
                ? CellEvents.validationLoss(events)
                : OptionalDouble.empty(),
            trained && CellEvents.searchWasCut(events),
            tuning,
            row.trainer(),
            !trained));
  }

  private double tuned(CellId cell) {
    return tunings.map(of -> of.searchAndTraining(cell)).orElse(0.0);
  }

  private static OptionalInt layers(Optional<RunRecord> run) {
    return run.flatMap(RunRecord::result)
        .map(result -> OptionalInt.of(result.layers()))
        .orElse(OptionalInt.empty());
  }

  /** Analyses the cells and writes nothing. */
  public ComparisonOutcome outcome() {
    return new ComparisonOutcome(folder, analysis(), states(), List.of());
  }

  private ComparisonResult analysis() {
    return ComparisonAnalysis.of(
        new AnalysedComparison(
            configuration.name(),
            configuration.baselineName(),
            configuration.counterparts(),
            configuration.seeds(),
            configuration.budget().record(),
            equivalence,
            configuration.tune().map(TuningOptions::record),
            /* oneSeedByExamples= */ false,
            analysed));
  }

  /** Analyses the cells and writes {@code comparison.json} and the reports. */
  public ComparisonOutcome write() {
    ComparisonResult result = analysis();
    ComparisonFolder.writeResult(folder, result);
    ComparisonRecord record =
        new ComparisonRecord(folder, configuration.name(), resolved, result, compared);
    List<Path> reports = new ArrayList<>();
    for (Component<ComparisonReport> report : configuration.reports()) {
      reports.add(written(report, record));
    }
    return new ComparisonOutcome(folder, result, states(), reports);
  }

  private Map<String, ComparisonOutcome.CellStatus> states() {
    Map<String, ComparisonOutcome.CellStatus> states = new LinkedHashMap<>();
    analysed.forEach(
        cell ->
            states.put(cell.id(), new ComparisonOutcome.CellStatus(cell.state(), cell.failure())));
    return states;
  }

  private Path written(Component<ComparisonReport> report, ComparisonRecord record) {
    try {
      return report.get().write(record);
    } catch (IOException e) {
      throw new FlexoraException(
          "report '%s' could not be written to %s: %s"
              .formatted(report.name(), folder, e.getMessage()),
          e);
    }
  }
}
