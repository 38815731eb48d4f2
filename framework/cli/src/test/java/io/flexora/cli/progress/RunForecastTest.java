package io.flexora.cli.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flexora.api.run.Progress;
import io.flexora.cli.progress.Forecast.Estimate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunForecastTest {

  /** The most that an estimate is off, and that it jumps, as shares of the run's length. */
  private static final double BAND = 0.15;

  private static final double JUMP = 0.12;

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
  void aCellToComeTakesAsLongAsTheOneThatRuns() {
    steps("main", "train", 1, 5, 11);

    // Six more steps, and ten after the first of the other cell.
    assertThat(forecast.estimate()).contains(new Estimate(Duration.ofSeconds(6 + 10), false));
  }

  @Test
  void aPhaseToComeTakesTheMedianOfThoseThatHaveEnded() {
    Forecast many = new RunForecast(List.of("a", "b", "c", "d"), () -> now);
    for (String cell : List.of("a", "b", "c")) {
      run(many, cell, "train", 2, step -> cell.equals("b") ? 100 : 3);
      run(many, cell, "evaluate", 2, step -> 1);
    }

    assertThat(many.estimate()).contains(new Estimate(Duration.ofSeconds(3 + 1), true));
  }

  @Test
  void aSlowStartIsForgotten() {
    run(forecast, "main", "train", 21, step -> step == 2 ? 50 : 1);
    run(forecast, "main", "evaluate", 2, step -> 1);
    observe(forecast, "all", "train", 1, 41);
    now = now.plusSeconds(50);
    observe(forecast, "all", "train", 2, 41);
    for (int step = 3; step <= 21; step++) {
      now = now.plusSeconds(1);
      observe(forecast, "all", "train", step, 41);
    }

    assertThat(forecast.estimate()).contains(new Estimate(Duration.ofSeconds(20 + 1), true));
  }

  /** After a fifth of a run the estimate is near the truth, and does not jump. */
  @ParameterizedTest
  @ValueSource(strings = {"constant pace", "slow start", "noisy pace", "validations"})
  void convergesAndDoesNotJump(String trace) {
    Random random = new Random(5);
    List<String> cells = List.of("a", "b", "c", "d");
    Forecast run = new RunForecast(cells, () -> now);
    List<Instant> times = new ArrayList<>();
    List<Optional<Estimate>> estimates = new ArrayList<>();
    for (String cell : cells) {
      for (String phase : List.of("train", "evaluate")) {
        int steps = phase.equals("train") ? 200 : 20;
        for (int step = 1; step <= steps; step++) {
          now = now.plusMillis((long) (1e3 * seconds(trace, step, random)));
          observe(run, cell, phase, step, steps);
          times.add(now);
          estimates.add(run.estimate());
        }
      }
    }
    double length = seconds(times.get(0), now);
    for (int i = 1; i < times.size(); i++) {
      Instant at = times.get(i);
      double truth = seconds(at, now);
      if (truth > 0.8 * length || estimates.get(i).isEmpty()) {
        continue;
      }
      double left = estimates.get(i).orElseThrow().left().toMillis() / 1e3;
      assertThat(left).isCloseTo(truth, within(BAND * length));
      double before = estimates.get(i - 1).orElseThrow().left().toMillis() / 1e3;
      assertThat(left + seconds(times.get(i - 1), at)).isCloseTo(before, within(JUMP * length));
    }
    assertThat(estimates.get(estimates.size() / 5)).isPresent();
  }

  private static double seconds(String trace, int step, Random random) {
    return switch (trace) {
      case "slow start" -> step == 1 ? 5 : 1;
      case "noisy pace" -> Math.exp(0.5 * random.nextGaussian());
      case "validations" -> step % 20 == 0 ? 6 : 1;
      default -> 1;
    };
  }

  private static double seconds(Instant from, Instant to) {
    return Duration.between(from, to).toMillis() / 1e3;
  }

  @Test
  void laterCellsTakeAsLongAsTheFirst() {
    steps("main", "search", 1, 10, 10);
    steps("main", "train", 1, 21, 21);
    steps("main", "evaluate", 1, 3, 3);
    steps("all", "train", 1, 11, 21);

    Estimate estimate = forecast.estimate().orElseThrow();
    assertThat(estimate.left()).isCloseTo(Duration.ofSeconds(10 + 2), Duration.ofMillis(300));
    assertThat(estimate.whole()).isTrue();
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

  private void observe(Forecast forecast, String cell, String phase, long step, long total) {
    forecast.observe(new Step(cell, phase, Progress.of(step, total)));
  }

  private void run(
      Forecast forecast, String cell, String phase, int total, IntToLongFunction seconds) {
    for (int step = 1; step <= total; step++) {
      now = now.plusSeconds(step == 1 ? 0 : seconds.applyAsLong(step));
      observe(forecast, cell, phase, step, total);
    }
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
