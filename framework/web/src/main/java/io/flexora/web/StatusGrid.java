package io.flexora.web;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The cells as tables: one for each model and task, a row for each strategy, a column a seed. */
final class StatusGrid {

  private final boolean alive;
  private final Function<CellName, CellProgress> progress;
  private final Function<CellName, Instant> until;

  /**
   * Looks at the cells of a comparison.
   *
   * @param until when a cell stopped whose end the ledger does not tell: now if it runs
   */
  StatusGrid(
      LedgerLines ledger,
      Function<CellName, CellProgress> progress,
      Function<CellName, Instant> until) {
    this.alive = ledger.alive();
    this.progress = progress;
    this.until = until;
  }

  /**
   * The tables.
   *
   * @param reading what the record of a cell that runs tells
   */
  List<Map<String, Object>> json(List<CellName> cells, Function<CellName, RecordCurves> reading) {
    Map<CellName.ComparedGroup, Map<String, List<Map<String, Object>>>> groups =
        new LinkedHashMap<>();
    for (CellName cell : cells) {
      groups
          .computeIfAbsent(cell.group(), group -> new LinkedHashMap<>())
          .computeIfAbsent(cell.strategy(), strategy -> new ArrayList<>())
          .add(square(cell, reading));
    }
    List<Map<String, Object>> json = new ArrayList<>();
    groups.forEach(
        (group, rows) -> {
          List<Map<String, Object>> strategies = new ArrayList<>();
          rows.forEach((name, row) -> strategies.add(Map.of("strategy", name, "cells", row)));
          json.add(Map.of("model", group.model(), "task", group.task(), "rows", strategies));
        });
    return json;
  }

  private Map<String, Object> square(CellName cell, Function<CellName, RecordCurves> reading) {
    CellProgress known = progress.apply(cell);
    CellProgress.State state = known.state(alive);
    Map<String, Object> square = new LinkedHashMap<>();
    square.put("id", cell.id());
    square.put("seed", cell.seed());
    cell.trial().ifPresent(trial -> square.put("trial", trial));
    square.put("state", ComparisonStatus.word(state));
    square.putAll(known.measured());
    known.seconds(() -> until.apply(cell)).ifPresent(seconds -> square.put("seconds", seconds));
    if (state == CellProgress.State.RUNNING) {
      RecordCurves record = reading.apply(cell);
      square.put("phase", record.phase());
      square.put("step", record.step());
    }
    return square;
  }
}
