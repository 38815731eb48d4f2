package io.flexora.cli.progress;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.run.Progress;
import io.flexora.cli.progress.Forecast.Estimate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunForecastTest {

  private Instant now = Instant.EPOCH;
  private final Forecast forecast = new RunForecast(List.of("main", "all"), () -> now);

  @Test
  void nothingIsKnownBeforeTheSecondStep() {
    steps("main", "search", 1, 1, 10);

    assertThat(forecast.estimate()).isEmpty();
  }

  @Test
  void aPhaseGoesOnAtItsPaceAndPhasesNotSeenYetAreSaidToBeMissing() {
    steps("main", "search", 1, 5, 10);

    assertThat(forecast.estimate()).contains(new Estimate(Duration.ofSeconds(5), false));
  }

  @Test
  void laterCellsTakeAsLongAsTheFirst() {
    steps("main", "search", 1, 10, 10);
    steps("main", "train", 1, 21, 21);
    steps("main", "evaluate", 1, 3, 3);
    steps("all", "train", 1, 11, 21);

    assertThat(forecast.estimate()).contains(new Estimate(Duration.ofSeconds(10 + 2), true));
  }

  @Test
  void aRunWhoseCellsHaveAllBeenEvaluatedHasNothingLeft() {
    for (String cell : List.of("main", "all")) {
      steps(cell, "train", 1, 5, 5);
      steps(cell, "evaluate", 1, 2, 2);
    }

    assertThat(forecast.estimate()).isEmpty();
  }

  @Test
  void cellsThatARunHadFinishedBeforeItWasResumedAreNotWaitedFor() {
    steps("all", "train", 7, 9, 11);
    steps("all", "evaluate", 1, 2, 3);

    assertThat(forecast.estimate()).contains(new Estimate(Duration.ofSeconds(1), true));
  }

  @Test
  void downloadsAreNoPartOfIt() {
    forecast.observe(new Step("", "", Progress.of(10, 1000)));
    now = now.plusSeconds(1);
    forecast.observe(new Step("", "", Progress.of(20, 1000)));

    assertThat(forecast.estimate()).isEmpty();
  }

  /** One step a second; the clock stands at the last step. */
  private void steps(String cell, String phase, long from, long to, long total) {
    for (long step = from; step <= to; step++) {
      if (step > from) {
        now = now.plusSeconds(1);
      }
      forecast.observe(new Step(cell, phase, Progress.of(step, total)));
    }
  }
}
