package io.flexora.comparison.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.Cell;
import io.flexora.api.run.FlexoraException;
import io.flexora.comparison.cell.CellId;
import io.flexora.comparison.cell.CellRecord;
import io.flexora.comparison.cell.PlannedCell;
import io.flexora.files.durable.DiskFullException;
import io.flexora.results.comparison.CellState;
import io.flexora.runstore.ComparisonFolder;
import io.flexora.runstore.RunListener;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonCellsTest {

  private static final CellId TRIAL = new CellId("m", "t", "all", 1).trial(1);

  @TempDir Path runs;
  private ComparisonFolder comparison;
  private Ledger ledger;
  private ComparisonCells cells;
  private Cell cell;

  @BeforeEach
  void start() {
    comparison =
        ComparisonFolder.create(runs, "mine", LocalDateTime.of(2026, 1, 2, 3, 4, 5), "seeds: [1]");
    comparison.prepareCell(TRIAL.id(), "seed: 1\n");
    ledger = new Ledger(comparison.ledger(), RunListener.NONE);
    cell = new Cell(TRIAL.id(), ComparisonFolder.cell(comparison.path(), TRIAL.id()));
    cells =
        new ComparisonCells(
            comparison.path(),
            List.of(new PlannedCell(TRIAL, null)),
            null,
            null,
            ledger,
            null,
            RunListener.NONE);
  }

  @AfterEach
  void end() {
    comparison.close();
  }

  private void fail(RuntimeException failure) {
    cells.recorded(
        cell,
        () -> {
          throw failure;
        });
  }

  @Test
  void whatACellFailsWithIsRecorded() {
    fail(new FlexoraException("training diverged"));
    assertThat(ledger.failures()).isEqualTo(Map.of(TRIAL.id(), "training diverged"));
    assertThat(CellRecord.of(cell.folder()).failure()).contains("training diverged");
  }

  @Test
  void aFullDiskIsNoFailureOfATrial() {
    RuntimeException full = new DiskFullException("the disk is full", new IOException());
    assertThatThrownBy(() -> fail(full)).isSameAs(full);
    assertThat(ledger.isOver(TRIAL)).isFalse();
    assertThat(CellRecord.of(cell.folder()).state()).isEqualTo(CellState.MISSING);
  }
}
