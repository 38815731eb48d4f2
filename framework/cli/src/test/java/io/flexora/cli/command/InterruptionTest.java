package io.flexora.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class InterruptionTest {

  private final List<String> done = new ArrayList<>();
  private long millis;
  private final Interruption interruption =
      new Interruption(
          () -> done.add("cancelled"),
          () -> TimeUnit.MILLISECONDS.toNanos(millis),
          code -> done.add("halted with " + code));

  @Test
  void aSignalThatArrivesTwiceIsOneRequest() {
    assertThat(interruption.exitCode()).isEmpty();
    interruption.interrupted(ExitCodes.TERMINATED);
    millis += 100;
    interruption.interrupted(ExitCodes.TERMINATED);
    assertThat(done).containsExactly("cancelled");
    assertThat(interruption.exitCode()).hasValue(ExitCodes.TERMINATED);
  }

  @Test
  void aLaterOneEndsTheProcessAtOnce() {
    interruption.interrupted(ExitCodes.TERMINATED);
    millis += 1000;
    interruption.interrupted(ExitCodes.CANCELLED);
    assertThat(done).containsExactly("cancelled", "halted with 130");
    assertThat(interruption.exitCode()).hasValue(ExitCodes.TERMINATED);
  }
}
