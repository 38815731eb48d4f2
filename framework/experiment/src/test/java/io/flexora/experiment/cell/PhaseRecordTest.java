package io.flexora.experiment.cell;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.run.Event;
import io.flexora.api.run.Phase;
import io.flexora.results.run.RunEvent;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class PhaseRecordTest {

  private static final String TRAIN = Phase.TRAIN.word();

  private static RunEvent at(long second, Event what) {
    return new RunEvent(Instant.ofEpochSecond(second), "main", "", 0, what);
  }

  @Test
  void aStretchInWhichTheClockWasSetBackCountsAsNone() {
    List<RunEvent> record =
        List.of(
            at(100, new Event.PhaseStarted(TRAIN)),
            at(107, new Event.PhaseFailed(TRAIN)),
            at(200, new Event.PhaseStarted(TRAIN)),
            at(50, new Event.PhaseEnded(TRAIN, 1)));
    assertThat(PhaseRecord.seconds(record, "main", Phase.TRAIN)).isEqualTo(7);
  }
}
