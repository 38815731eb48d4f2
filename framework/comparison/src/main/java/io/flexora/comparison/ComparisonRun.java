package io.flexora.comparison;

import io.flexora.api.report.Provenance;
import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Cell;
import io.flexora.api.run.Decision;
import io.flexora.api.run.FlexoraException;
import io.flexora.experiment.SharedInputs;
import io.flexora.plugin.InstalledExtension;
import io.flexora.plugin.PluginHost;
import io.flexora.runstore.ComparisonFolder;
import io.flexora.runstore.RunFolder;
import io.flexora.runstore.RunListener;
import io.flexora.runstore.ThisProcess;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Runs the cells of a comparison that are missing, to their end or until it is cancelled. */
final class ComparisonRun {

  private final PluginHost host;
  private final ComparisonConfiguration configuration;
  private final ComparisonFolder folder;
  private final SharedInputs shared;
  private final RunListener listener;
  private final Ledger ledger;
  private volatile boolean cancelled;
  private volatile Runnable cancel = () -> {};

  ComparisonRun(
      PluginHost host,
      ComparisonConfiguration configuration,
      ComparisonFolder folder,
      SharedInputs shared,
      RunListener listener) {
    this.host = host;
    this.configuration = configuration;
    this.folder = folder;
    this.shared = shared;
    this.listener = listener;
    this.ledger = new Ledger(folder.ledger(), listener);
  }

  /**
   * Runs what is missing.
   *
   * @return why cells failed, by their IDs, whether or not their folders could be told
   * @throws CancelledException if it was cancelled
   * @throws FlexoraException if the runner cannot run the cells at all
   */
  Map<String, String> run(List<PlannedCell> cells) {
    folder.writeProvenance(provenance(cells));
    cells.forEach(cell -> folder.prepareCell(cell.id().id(), cell.experiment().resolved()));
    keepDecisions(cells);
    List<PlannedCell> missing = cells.stream().filter(cell -> !isWhole(cell)).toList();
    ledger.comparisonStarted(cells, cells.size() - missing.size());
    try {
      runMissing(missing);
    } catch (CancelledException e) {
      ledger.cancelled();
      throw e;
    }
    int failed = (int) cells.stream().filter(cell -> !record(cell).done()).count();
    ledger.comparisonEnded(cells.size() - failed, failed);
    return ledger.failures();
  }

  /** What was decided for cells of a model holds for its new cells, too. */
  private void keepDecisions(List<PlannedCell> cells) {
    Map<String, Map<String, Decision>> ofModels = new TreeMap<>();
    for (PlannedCell cell : cells) {
      Map<String, Decision> made = RunFolder.decisions(path(cell));
      if (!made.isEmpty()) {
        ofModels.putIfAbsent(cell.id().model(), made);
      }
    }
    for (PlannedCell cell : cells) {
      Map<String, Decision> made = ofModels.getOrDefault(cell.id().model(), Map.of());
      if (!made.isEmpty() && !RunFolder.isBegun(path(cell))) {
        RunFolder.writeDecisions(path(cell), made);
      }
    }
  }

  private void runMissing(List<PlannedCell> missing) {
    try (CellWatch watch = new CellWatch(ledger, listener)) {
      ComparisonCells cells = new ComparisonCells(missing, host, shared, ledger, watch, listener);
      cancel = cells::cancel;
      if (cancelled) {
        cells.cancel();
      }
      if (!missing.isEmpty()) {
        configuration.cell().runner().get().run(missing.stream().map(this::cell).toList(), cells);
      }
      if (cells.cancelled() && missing.stream().anyMatch(cell -> !record(cell).done())) {
        throw new CancelledException();
      }
      missing.forEach(cell -> over(cell, cells));
    }
  }

  /** Tells how a cell ended of which nobody has told it. */
  private void over(PlannedCell cell, ComparisonCells cells) {
    CellRecord record = record(cell);
    if (record.done()) {
      ledger.over(cell.id(), record);
    } else if (!ledger.isOver(cell.id())) {
      String runner = configuration.cell().runner().name();
      cells.failed(cell(cell), "runner '%s' did not run it to its end".formatted(runner));
    }
  }

  private Cell cell(PlannedCell cell) {
    return new Cell(cell.id().id(), path(cell));
  }

  private Path path(PlannedCell cell) {
    return ComparisonFolder.cell(folder.path(), cell.id().id());
  }

  private boolean isWhole(PlannedCell cell) {
    return CellRecord.isWhole(
        path(cell), damage -> listener.notice(cell.id().id(), "", damage + ". It is made again."));
  }

  private CellRecord record(PlannedCell cell) {
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
  void cancel() {
    cancelled = true;
    cancel.run();
  }
}
