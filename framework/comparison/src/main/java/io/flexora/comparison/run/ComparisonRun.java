package io.flexora.comparison.run;

import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Cell;
import io.flexora.api.run.Decisions.Decision;
import io.flexora.api.run.FlexoraException;
import io.flexora.comparison.cell.CellId;
import io.flexora.comparison.cell.CellRecord;
import io.flexora.comparison.cell.PlannedCell;
import io.flexora.comparison.setup.ComparisonConfiguration;
import io.flexora.comparison.tuning.ComparisonTuning;
import io.flexora.experiment.SharedInputs;
import io.flexora.plugin.PluginHost;
import io.flexora.plugin.extension.InstalledExtension;
import io.flexora.results.run.Provenance;
import io.flexora.runstore.ComparisonFolder;
import io.flexora.runstore.RunFolder;
import io.flexora.runstore.RunListener;
import io.flexora.runstore.ThisProcess;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Runs the cells of a comparison that are missing, to their end or until it is cancelled. */
public final class ComparisonRun {

  private final PluginHost host;
  private final ComparisonConfiguration configuration;
  private final ComparisonFolder folder;
  private final SharedInputs shared;
  private final RunListener listener;
  private final Optional<ComparisonTuning> tuning;
  private final Ledger ledger;
  private final Map<String, Map<String, Decision>> decisions = new HashMap<>();
  private List<CellId> lastPrepared = List.of();
  private volatile boolean cancelled;
  private volatile Runnable cancel = () -> {};

  /** Makes the run of what is missing in a folder. */
  public ComparisonRun(
      PluginHost host,
      ComparisonConfiguration configuration,
      ComparisonFolder folder,
      SharedInputs shared,
      Optional<ComparisonTuning> tuning,
      RunListener listener) {
    this.host = host;
    this.configuration = configuration;
    this.folder = folder;
    this.shared = shared;
    this.listener = listener;
    this.tuning = tuning;
    this.ledger = new Ledger(folder.ledger(), listener);
  }

  /**
   * Runs what is missing.
   *
   * @return why cells failed, by their IDs, whether or not their folders could be told
   * @throws CancelledException if it was cancelled
   * @throws FlexoraException if the runner cannot run the cells at all
   */
  public Map<String, String> run(List<PlannedCell> cells) {
    folder.writeProvenance(provenance(cells));
    prepare(cells);
    tuning
        .map(of -> cells.stream().flatMap(cell -> of.planned(cell).stream()).toList())
        .ifPresent(this::prepare);
    int places = configuration.cell().runner().get().parallelCells().orElse(1);
    CellSchedule rounds =
        tuning
            .<CellSchedule>map(of -> new TunedCells(cells, of, tunedFolder(), places))
            .orElseGet(() -> new CellSchedule.IndependentCells(cells, this::isWhole));
    List<CellId> known = rounds.known();
    ledger.comparisonStarted(known.size(), done(known));
    try {
      runAll(rounds);
    } catch (CancelledException e) {
      ledger.cancelled();
      throw e;
    }
    List<CellId> all = rounds.known();
    all.forEach(this::tellOfOtherDecision);
    int done = done(all);
    ledger.comparisonEnded(done, all.size() - done);
    return ledger.failures();
  }

  private void runAll(CellSchedule rounds) {
    boolean begun = false;
    for (List<PlannedCell> now = rounds.next(); !begun || !now.isEmpty(); now = rounds.next()) {
      begun = true;
      prepare(now);
      runMissing(now);
    }
  }

  private void prepare(List<PlannedCell> cells) {
    lastPrepared.forEach(this::keepDecisions);
    lastPrepared = cells.stream().map(PlannedCell::id).toList();
    for (PlannedCell cell : cells) {
      folder.prepareCell(cell.id().id(), cell.experiment().resolved());
      keepDecisions(cell.id());
    }
    lastPrepared.forEach(this::writeDecisions);
  }

  /** What was decided for cells of a model holds for its new cells, too. */
  private void keepDecisions(CellId cell) {
    if (!decisions.containsKey(cell.model())) {
      Map<String, Decision> made = RunFolder.decisions(path(cell));
      if (!made.isEmpty()) {
        decisions.put(cell.model(), made);
      }
    }
  }

  /** Cells that ran at the same time on unlike machines may not have decided alike. */
  private void tellOfOtherDecision(CellId cell) {
    keepDecisions(cell);
    Map<String, Decision> own = RunFolder.decisions(path(cell));
    decisions
        .getOrDefault(cell.model(), Map.of())
        .forEach(
            (option, first) ->
                Optional.ofNullable(own.get(option))
                    .filter(other -> !other.value().equals(first.value()))
                    .ifPresent(
                        other -> listener.notice(cell.id(), "", moved(option, other, first))));
  }

  private static String moved(String option, Decision other, Decision first) {
    return "%s, but other cells of this model have %s: their numbers differ by rounding, too. Write the option in the comparison's file"
        .formatted(other.line(option), first.value());
  }

  private void writeDecisions(CellId cell) {
    Map<String, Decision> made = decisions.getOrDefault(cell.model(), Map.of());
    if (!made.isEmpty() && !RunFolder.isBegun(path(cell))) {
      RunFolder.writeDecisions(path(cell), made);
    }
  }

  private int done(List<CellId> cells) {
    return (int) cells.stream().filter(cell -> record(cell).done()).count();
  }

  private TunedFolder tunedFolder() {
    return new TunedFolder(
        folder.path(), ledger, listener, this::isWhole, cell -> prepare(List.of(cell)));
  }

  private void runMissing(List<PlannedCell> missing) {
    try (CellWatch watch = new CellWatch(ledger, listener)) {
      ComparisonCells cells =
          new ComparisonCells(folder.path(), missing, host, shared, ledger, watch, listener);
      cancel = cells::cancel;
      if (cancelled) {
        cells.cancel();
      }
      if (!missing.isEmpty()) {
        run(missing, cells);
      }
      if (cells.cancelled() && missing.stream().anyMatch(cell -> !record(cell.id()).done())) {
        throw new CancelledException();
      }
      missing.forEach(cell -> over(cell, cells));
    }
  }

  private void run(List<PlannedCell> missing, ComparisonCells cells) {
    try {
      configuration.cell().runner().get().run(missing.stream().map(this::cell).toList(), cells);
    } finally {
      missing.forEach(cell -> ComparisonAttempts.giveBack(path(cell.id())));
    }
  }

  /** Tells how a cell ended of which nobody has told it. */
  private void over(PlannedCell cell, ComparisonCells cells) {
    CellRecord record = record(cell.id());
    if (record.done()) {
      ledger.over(cell.id(), record);
    } else if (!ledger.isOver(cell.id())) {
      String runner = configuration.cell().runner().name();
      cells.failed(cell(cell), "runner '%s' did not run it to its end".formatted(runner));
    }
  }

  private Cell cell(PlannedCell cell) {
    return new Cell(cell.id().id(), path(cell.id()));
  }

  private Path path(CellId cell) {
    return ComparisonFolder.cell(folder.path(), cell.id());
  }

  private boolean isWhole(PlannedCell cell) {
    return CellRecord.isWhole(
        path(cell.id()),
        damage -> listener.notice(cell.id().id(), "", damage + ". It is made again."));
  }

  private CellRecord record(CellId cell) {
    return CellRecord.of(path(cell));
  }

  private Provenance provenance(List<PlannedCell> cells) {
    Map<String, String> code = new TreeMap<>();
    cells.forEach(cell -> code.putAll(cell.experiment().code()));
    Map<String, String> plugins = new TreeMap<>();
    for (InstalledExtension extension : host.catalog().extensions()) {
      plugins.put(extension.plugin(), extension.version());
    }
    // The engine is not asked for its version: where cells run elsewhere it is not needed here.
    return ThisProcess.provenance(
        Instant.now(), configuration.dataSeed(), Map.of(), plugins, code, Map.of());
  }

  /** Ends at the next step. */
  public void cancel() {
    cancelled = true;
    cancel.run();
  }
}
