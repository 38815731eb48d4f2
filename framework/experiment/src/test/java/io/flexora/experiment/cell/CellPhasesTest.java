package io.flexora.experiment.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Event;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Phase;
import io.flexora.api.run.Progress;
import io.flexora.results.run.RunEvent;
import io.flexora.runstore.RunFolder;
import io.flexora.runstore.RunListener;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the record tells of phases that do not come to their end. */
class CellPhasesTest {

  private static final LocalDateTime TIME = LocalDateTime.of(2026, 1, 2, 3, 4);
  private static final String CELL = "main";
  private static final String TRAIN = Phase.TRAIN.word();
  private static final long MILLIS = 30;

  @TempDir private Path runs;
  private RunFolder folder;

  @BeforeEach
  void begin() {
    folder = RunFolder.create(runs, "a", TIME, "seed: 1");
  }

  @AfterEach
  void close() {
    folder.close();
  }

  private RunScope scope(RunListener listener) {
    return new RunScope(
        null,
        folder,
        listener,
        () -> false,
        Map.of(),
        seeds -> null,
        cell -> Map.of(),
        new CellReuse());
  }

  private CellPhases phases() {
    return new CellPhases(scope(RunListener.NONE), CELL);
  }

  /** Trains for a while, and fails. */
  private static void fail(CellPhases phases, Runnable begin, RuntimeException failure) {
    assertThatThrownBy(
            () ->
                phases.measured(
                    Phase.TRAIN,
                    () -> {
                      begin.run();
                      Instant end = Instant.now().plusMillis(MILLIS);
                      while (Instant.now().isBefore(end)) {
                        Thread.onSpinWait();
                      }
                      throw failure;
                    }))
        .isSameAs(failure);
  }

  private double seconds(CellPhases phases) {
    return phases.seconds(folder.eventsSoFar()).get(TRAIN);
  }

  private RunEvent last() {
    return folder.eventsSoFar().get(folder.eventsSoFar().size() - 1);
  }

  @Test
  void thatAPhaseFailedIsNotItsEndButCountsUntilThen() {
    CellPhases phases = phases();
    fail(phases, () -> {}, new FlexoraException("training diverged"));
    assertThat(seconds(phases)).isGreaterThan(0.9 * MILLIS / 1e3);
    assertThat(phases.haveBegun(Phase.TRAIN)).isTrue();
    assertThat(phases.haveEnded(Phase.TRAIN)).isFalse();

    double failed = seconds(phases);
    assertThat(phases.measured(Phase.TRAIN, () -> "trained")).isEqualTo("trained");
    assertThat(phases.haveEnded(Phase.TRAIN)).isTrue();
    assertThat(seconds(phases)).isGreaterThanOrEqualTo(failed);
  }

  /** An event of the phase at step 0 would stand for a return to its beginning. */
  @Test
  void theStepsBeforeAFailureStay() {
    CellPhases phases = phases();
    fail(
        phases,
        () -> phases.run().monitor(CELL, TRAIN).step(Progress.of(3, 9)),
        new FlexoraException("training diverged"));
    assertThat(folder.record().events())
        .extracting(RunEvent::what)
        .containsExactly(
            new Event.PhaseStarted(TRAIN),
            new Event.StepDone(Progress.of(3, 9)),
            new Event.PhaseFailed(TRAIN));
  }

  @Test
  void beingCancelledIsNoFailure() {
    fail(phases(), () -> {}, new CancelledException());
    assertThat(last().what()).isEqualTo(new Event.PhaseStarted(TRAIN));
  }

  @Test
  void aFailureThatCannotBeMarkedIsToldAllTheSame() {
    RunListener full =
        new RunListener() {
          @Override
          public void event(RunEvent event) {
            if (event.what() instanceof Event.PhaseFailed) {
              throw new IllegalStateException("the disk is full");
            }
          }
        };
    FlexoraException failure = new FlexoraException("training diverged");
    fail(new CellPhases(scope(full), CELL), () -> {}, failure);
    assertThat(failure.getSuppressed())
        .extracting(Throwable::getMessage)
        .containsExactly("the disk is full");
  }
}
