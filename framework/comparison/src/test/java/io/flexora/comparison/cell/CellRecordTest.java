package io.flexora.comparison.cell;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.run.Event;
import io.flexora.api.run.Progress;
import io.flexora.results.comparison.CellState;
import io.flexora.results.run.CellOutcome;
import io.flexora.results.run.RunCell;
import io.flexora.results.run.RunEvent;
import io.flexora.runstore.EventLog;
import io.flexora.runstore.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

public class CellRecordTest {

  /** The outcome of a cell that has ended well. */
  public static final CellOutcome WELL =
      CellOutcome.of(1).selectedLayers(List.of(0)).trainableParameters(10).build();

  private static final CellId TRIAL = new CellId("m", "t", "all", 1).trial(0);

  @TempDir Path folder;
  private Path run;

  @BeforeEach
  void start() {
    run = folder.resolve(TRIAL.id());
    RunFolder.prepare(run, "seed: 1\n");
  }

  private static RunEvent event(long second, String phase, long step, Event what) {
    return new RunEvent(Instant.ofEpochSecond(second), "main", phase, step, what);
  }

  /** Searches for 3 seconds, trains for 10 and, after an interruption, for 2, and fails. */
  private void fail() {
    try (RunFolder begun = RunFolder.open(run)) {
      EventLog log = begun.events();
      log.append(event(0, "", 0, new Event.PhaseStarted("search")));
      log.append(event(3, "", 0, new Event.PhaseEnded("search", 1)));
      log.append(event(5, "", 0, new Event.PhaseStarted("train")));
      log.append(event(15, "train", 10, new Event.StepDone(Progress.of(10, 20))));
      log.append(event(40, "", 0, new Event.PhaseStarted("train")));
      log.append(event(42, "train", 10, new Event.StepDone(Progress.of(10, 20))));
    }
    CellFailure.write(run, TRIAL, "no memory");
  }

  @Test
  void aCellThatFailedIsChargedWhatItsEventsTell() {
    fail();
    CellRecord record = CellRecord.of(run);
    assertThat(record.state()).isEqualTo(CellState.FAILED);
    assertThat(record.seconds()).isEmpty();
    CellRecord charged = record.charged(run);
    assertThat(charged.failure()).contains("no memory");
    assertThat(charged.seconds())
        .containsEntry("search", 3.0)
        .containsEntry("train", 12.0)
        .containsEntry("evaluate", 0.0);
  }

  /** Such as one that diverges before its first step is told, and once more when it is resumed. */
  @Test
  void aTrainingThatFailedWithoutAStepIsChargedUntilThen() {
    try (RunFolder begun = RunFolder.open(run)) {
      EventLog log = begun.events();
      log.append(event(5, "", 0, new Event.PhaseStarted("train")));
      log.append(event(12, "", 0, new Event.PhaseFailed("train")));
      log.append(event(40, "", 0, new Event.PhaseStarted("train")));
      log.append(event(42, "train", 10, new Event.StepDone(Progress.of(10, 20))));
      log.append(event(45, "", 0, new Event.PhaseFailed("train")));
    }
    CellFailure.write(run, TRIAL, "diverged");
    assertThat(CellRecord.of(run).charged(run).seconds())
        .containsEntry("search", 0.0)
        .containsEntry("train", 12.0);
  }

  @Test
  void whatNeverBeganOrCannotBeReadIsChargedNothing() throws IOException {
    assertThat(CellRecord.of(run).charged(run).seconds()).isEmpty();
    fail();
    CellRecord record = CellRecord.of(run);
    Files.writeString(EventLog.in(run), "damaged\n");
    assertThat(record.charged(run)).isEqualTo(record);
  }

  @Test
  void onlyAFailureThatCanBeReadIsOne() throws IOException {
    assertThat(CellRecord.of(run).failed()).isFalse();
    fail();
    assertThat(CellRecord.of(run).failed()).isTrue();
    for (String file : List.of("outcome.json", "manifest.json")) {
      Path damaged = run.resolve("cells/main").resolve(file);
      String whole = Files.readString(damaged);
      Files.writeString(damaged, whole.replaceFirst("\\{", "["));
      CellRecord record = CellRecord.of(run);
      assertThat(record.state()).as(file).isEqualTo(CellState.FAILED);
      assertThat(record.failed()).as(file).isFalse();
      Files.writeString(damaged, whole);
    }
  }

  @Test
  void aCellIsTestedOnceWhatItTrainsHasEndedWell() throws IOException {
    assertThat(CellRecord.isTested(run)).isFalse();
    fail();
    assertThat(CellRecord.isTested(run)).isFalse();
    try (RunFolder begun = RunFolder.open(run)) {
      begun.cell(RunCell.MAIN).writeOutcome(WELL);
    }
    assertThat(CellRecord.of(run).done()).as("a posterior may be missing").isFalse();
    assertThat(CellRecord.isTested(run)).isTrue();

    Path outcome = run.resolve("cells/main/outcome.json");
    Files.writeString(outcome, "damaged");
    assertThat(CellRecord.isTested(run)).isFalse();
    Files.writeString(run.resolve("result.json"), "{}");
    assertThat(CellRecord.isTested(run)).as("the run has ended, whatever is damaged").isTrue();
  }
}
