package io.flexora.comparison.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.run.Event;
import io.flexora.comparison.cell.CellFailure;
import io.flexora.comparison.cell.CellId;
import io.flexora.comparison.cell.CellRecord;
import io.flexora.comparison.cell.CellRecordTest;
import io.flexora.comparison.cell.PlannedCell;
import io.flexora.results.comparison.CellState;
import io.flexora.results.run.RunCell;
import io.flexora.results.run.RunEvent;
import io.flexora.runstore.ComparisonFolder;
import io.flexora.runstore.EventLog;
import io.flexora.runstore.RunFolder;
import io.flexora.runstore.RunListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TunedFolderTest {

  private static final CellId CELL = new CellId("m", "t", "all", 1);
  @TempDir Path runs;
  private ComparisonFolder comparison;
  private Ledger ledger;
  private TunedFolder folder;

  @BeforeEach
  void start() {
    comparison =
        ComparisonFolder.create(runs, "mine", LocalDateTime.of(2026, 1, 2, 3, 4, 5), "seeds: [1]");
    ledger = new Ledger(comparison.ledger(), RunListener.NONE);
    folder =
        new TunedFolder(
            comparison.path(), ledger, RunListener.NONE, cell -> false, cell -> prepare(cell.id()));
  }

  @AfterEach
  void end() {
    comparison.close();
  }

  private void prepare(CellId cell) {
    comparison.prepareCell(cell.id(), "seed: 1\n");
  }

  private Path run(CellId cell) {
    return ComparisonFolder.cell(comparison.path(), cell.id());
  }

  private static PlannedCell planned(CellId cell) {
    return new PlannedCell(cell, null);
  }

  private void fails(CellId cell) {
    prepare(cell);
    CellFailure.write(run(cell), cell, "no memory");
  }

  /** Ends what the run of a cell trains; its posteriors are missing. */
  private void trains(CellId cell) {
    prepare(cell);
    try (RunFolder begun = RunFolder.open(run(cell))) {
      begun.cell(RunCell.MAIN).writeOutcome(CellRecordTest.WELL);
    }
  }

  private void endsWell(CellId cell) throws IOException {
    trains(cell);
    Files.writeString(run(cell).resolve("result.json"), "{}");
  }

  private List<String> notices() {
    return EventLog.read(ComparisonFolder.ledger(comparison.path())).stream()
        .map(RunEvent::what)
        .filter(Event.Notice.class::isInstance)
        .map(notice -> ((Event.Notice) notice).sentence())
        .toList();
  }

  @Test
  void aTrialThatCannotBeReadHasNotFailed() throws IOException {
    CellId trial = CELL.trial(1);
    assertThat(folder.failure(planned(trial))).as("it never began").isEmpty();
    fails(trial);
    assertThat(folder.failure(planned(trial)).orElseThrow().failure()).contains("no memory");
    Files.writeString(run(trial).resolve("cells/main/outcome.json"), "damaged");
    assertThat(folder.failure(planned(trial))).isEmpty();
  }

  @Test
  void aTrialIsFollowedByLaterOnesOfItsCellThatEndedWell() throws IOException {
    CellId next = CELL.trial(3);
    assertThat(folder.isFollowed(next)).isFalse();
    endsWell(CELL.trial(2));
    endsWell(new CellId("m", "t", "all", 2).trial(4));
    fails(CELL.trial(10));
    assertThat(folder.isFollowed(next)).isFalse();
    endsWell(CELL.trial(11));
    assertThat(folder.isFollowed(next)).isTrue();
    assertThat(folder.isFollowed(CELL.trial(12))).isFalse();
  }

  @Test
  void allTrialsAreFollowedByTheTestEvenIfPosteriorsAreMissing() {
    fails(CELL);
    assertThat(folder.isFollowed(CELL.trial(3))).isFalse();
    trains(CELL);
    assertThat(folder.isFollowed(CELL.trial(3))).isTrue();
  }

  @Test
  void aTuningThatDoesNotGoOnLeavesACellAsItWasTested() throws IOException {
    endsWell(CELL);
    folder.failed(planned(CELL), "tuner 'mine' failed");
    assertThat(CellRecord.of(run(CELL)).outcome()).contains(CellRecordTest.WELL);
    assertThat(ledger.failures()).isEmpty();
    assertThat(notices())
        .containsExactly(
            "Its tuning did not go on: tuner 'mine' failed. The cell stays as it was tested.");
  }

  @Test
  void whatIsTrainedStaysWhereATuningDoesNotGoOnBeforeItsPosteriors() {
    trains(CELL);
    folder.failed(planned(CELL), "tuner 'mine' failed");
    assertThat(RunFolder.readCell(run(CELL), RunCell.MAIN).success()).contains(CellRecordTest.WELL);
    assertThat(ledger.failures()).isEqualTo(Map.of(CELL.id(), "tuner 'mine' failed"));
  }

  @Test
  void aCellThatIsNotTestedYetFailsWithItsTuning() {
    folder.failed(planned(CELL), "tuner 'mine' failed");
    assertThat(CellRecord.of(run(CELL)).state()).isEqualTo(CellState.FAILED);
    assertThat(CellRecord.of(run(CELL)).failure()).contains("tuner 'mine' failed");
    assertThat(ledger.failures()).containsOnlyKeys(CELL.id());
  }

  @Test
  void aTrialWhoseValuesDoNotGoTogetherIsInTheLedger() {
    folder.refused(CELL.trial(2), "together too much");
    folder.refused(CELL.trial(2), "together too much");
    assertThat(ledger.failures()).isEqualTo(Map.of(CELL.trial(2).id(), "together too much"));
    assertThat(EventLog.read(ComparisonFolder.ledger(comparison.path())))
        .singleElement()
        .extracting(RunEvent::cell, RunEvent::kind)
        .containsExactly(CELL.trial(2).id(), Event.kind(Event.CellFailed.class));
  }

  @Test
  void whatWasTrainedWellStaysWhereTheProcessOfAPosteriorDies() {
    trains(CELL);
    CellFailure.write(run(CELL), CELL, "its process died");
    assertThat(RunFolder.readCell(run(CELL), RunCell.MAIN).success()).contains(CellRecordTest.WELL);
  }
}
