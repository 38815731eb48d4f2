package io.flexora.comparison.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.run.Event;
import io.flexora.comparison.cell.CellId;
import io.flexora.comparison.cell.CellRecord;
import io.flexora.results.comparison.CellState;
import io.flexora.results.run.CellOutcome;
import io.flexora.results.run.RunEvent;
import io.flexora.runstore.EventLog;
import io.flexora.runstore.RunListener;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerTest {

  private static final CellId CELL = new CellId("m", "t", "all", 1);

  /** Ended well, after phases of an hour in all. */
  private static final CellRecord AN_HOUR =
      new CellRecord(
          CellState.DONE,
          Optional.empty(),
          Optional.of(
              CellOutcome.of(1)
                  .selectedLayers(List.of(0))
                  .trainableParameters(10)
                  .seconds(Map.of("train", 3000.0, "evaluate", 600.0))
                  .build()));

  @TempDir private Path folder;

  /** As what is tested after a trial, whose outcome counts the training of the trial. */
  @Test
  void whatACellTookOverIsNoTimeOfItsOwn() {
    List<Event> told =
        told(
            ledger -> {
              ledger.startedAnew(CELL);
              ledger.over(CELL, AN_HOUR);
            });
    assertThat(told).hasSize(2).startsWith(new Event.CellStarted());
    assertThat(seconds(told)).isBetween(0.0, 60.0);
  }

  @Test
  void aCellThatWasResumedOrToldLateHasTheTimeOfItsPhases() {
    assertThat(
            seconds(
                told(
                    ledger -> {
                      ledger.startedAnew(CELL);
                      ledger.started(CELL);
                      ledger.over(CELL, AN_HOUR);
                    })))
        .isEqualTo(3600.0);
    assertThat(seconds(told(ledger -> ledger.over(CELL, AN_HOUR)))).isEqualTo(3600.0);
  }

  private List<Event> told(Consumer<Ledger> telling) {
    List<Event> told = new ArrayList<>();
    RunListener listener =
        new RunListener() {
          @Override
          public void event(RunEvent event) {
            told.add(event.what());
          }
        };
    try (EventLog log = EventLog.open(folder.resolve("ledger.jsonl"))) {
      telling.accept(new Ledger(log, listener));
    }
    return told;
  }

  private static double seconds(List<Event> told) {
    return ((Event.CellEnded) told.get(told.size() - 1)).seconds();
  }
}
