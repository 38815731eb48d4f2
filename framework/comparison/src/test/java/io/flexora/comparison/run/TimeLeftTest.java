package io.flexora.comparison.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.run.Event;
import io.flexora.comparison.cell.CellId;
import io.flexora.results.run.RunEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TimeLeftTest {

  private static final List<Integer> SOME = List.of(0, 3);

  private final TimeLeft time = new TimeLeft();
  private final List<CellId> cells = new ArrayList<>();
  private Instant now = Instant.EPOCH;

  private void cells(String model, int seeds, String... strategies) {
    for (int seed = 1; seed <= seeds; seed++) {
      for (String strategy : strategies) {
        cells.add(new CellId(model, "t", strategy, seed));
      }
    }
  }

  /** A cell behind its three trials. */
  private void tuned(String strategy, long seed) {
    CellId tested = new CellId("m", "t", strategy, seed);
    for (int trial = 0; trial < 3; trial++) {
      cells.add(tested.trial(trial));
    }
    cells.add(tested);
  }

  private void tell(String cell, Event what) {
    time.observe(new RunEvent(now, cell, "", 0, what));
  }

  private static Event ended(double seconds, List<Integer> layers) {
    return new Event.CellEnded(Optional.empty(), Optional.empty(), Double.NaN, layers, seconds);
  }

  private void started(String cell) {
    tell(cell, new Event.CellStarted());
  }

  private void ended(String cell, long seconds, List<Integer> layers) {
    started(cell);
    pass(seconds);
    tell(cell, ended(seconds / 2.0, layers));
  }

  private void pass(long seconds) {
    now = now.plusSeconds(seconds);
  }

  private void isLeft(long seconds) {
    assertThat(time.of(cells, now)).contains(Duration.ofSeconds(seconds));
  }

  @Test
  void nothingIsKnownBeforeTheFirstCellHasEnded() {
    cells("m", 2, "all");
    assertThat(time.of(cells, now)).isEmpty();
    started("m.t.all.1");
    pass(100);
    assertThat(time.of(cells, now)).isEmpty();
  }

  @Test
  void aCellTakesAsLongAsThoseOfItsStrategy() {
    cells("m", 3, "all", "flexora");
    ended("m.t.all.1", 10, SOME);
    ended("m.t.flexora.1", 100, SOME);
    isLeft(2 * 10 + 2 * 100);
    started("m.t.all.2");
    pass(4);
    isLeft(6 + 10 + 200);
  }

  @Test
  void aStrategyThatWasNotSeenTakesAsLongAsTheOthersOfItsModelDid() {
    cells("m", 1, "all", "first", "flexora");
    cells("large", 1, "all", "flexora");
    ended("m.t.all.1", 10, SOME);
    ended("m.t.first.1", 20, SOME);
    // 15 for flexora, 10 and 15 on the model that was not seen either: as long as elsewhere.
    isLeft(15 + 10 + 15);
    ended("large.t.all.1", 300, SOME);
    isLeft(15 + 300);
  }

  @Test
  void cellsThatTrainedNothingSpeakForThemselvesAlone() {
    cells("m", 3, "none", "all");
    ended("m.t.none.1", 30, List.of());
    assertThat(time.of(cells, now)).isEmpty();
    ended("m.t.all.1", 60, SOME);
    isLeft(2 * 30 + 2 * 60);
    // The second is told what the first found.
    ended("m.t.none.2", 0, List.of());
    isLeft(15 + 2 * 60);
  }

  @Test
  void aCellThatTakesLongerThanUsualIsNotOverAtOnceNorNever() {
    cells("m", 2, "all");
    ended("m.t.all.1", 100, SOME);
    started("m.t.all.2");
    pass(99);
    assertThat(time.of(cells, now)).contains(Duration.ofMillis(9_900));
    pass(901);
    isLeft(100);
  }

  @Test
  void oneCellDuringWhichTheMachineSleptDoesNotCount() {
    cells("m", 4, "all");
    ended("m.t.all.1", 10, SOME);
    ended("m.t.all.2", 36_000, SOME);
    ended("m.t.all.3", 12, SOME);
    isLeft(12);
  }

  @Test
  void cellsThatRunAtTheSameTimeShareIt() {
    cells("m", 4, "all");
    ended("m.t.all.1", 100, SOME);
    started("m.t.all.2");
    started("m.t.all.3");
    isLeft(150);
    pass(50);
    isLeft(100);
    pass(50);
    tell("m.t.all.2", ended(0, SOME));
    started("m.t.all.4");
    isLeft(100);
  }

  @Test
  void whatFailedIsNotWaitedForUntilItIsTriedAgain() {
    cells("m", 3, "all");
    ended("m.t.all.1", 10, SOME);
    started("m.t.all.2");
    tell("m.t.all.2", new Event.CellFailed("x"));
    started("m.t.all.3");
    isLeft(10);
    pass(3600);
    tell("", new Event.ComparisonStarted(3, 1, 1));
    isLeft(20);
  }

  /** In one process the first trial searches for all, and what is tested takes a training. */
  @Test
  void whatATuningDoesOnceIsWaitedForOnce() {
    tuned("all", 1);
    tuned("all", 2);
    ended("m.t.all.1.trial-0", 100, SOME);
    isLeft(7 * 100);
    ended("m.t.all.1.trial-1", 40, SOME);
    isLeft((40 + 40) + (100 + 40 + 40 + 40));
    ended("m.t.all.1.trial-2", 40, SOME);
    ended("m.t.all.1", 5, SOME);
    isLeft(100 + 40 + 40 + 5);
    started("m.t.all.2.trial-0");
    pass(60);
    isLeft(40 + 40 + 40 + 5);
  }

  @Test
  void aTuningThatWasNotSeenTakesAsLongAsTheOthersOfItsModelDid() {
    tuned("all", 1);
    tuned("flexora", 1);
    ended("m.t.all.1.trial-0", 100, SOME);
    ended("m.t.all.1.trial-1", 40, SOME);
    ended("m.t.all.1.trial-2", 50, SOME);
    ended("m.t.all.1", 5, SOME);
    isLeft(100 + 45 + 45 + 5);
    ended("m.t.flexora.1.trial-0", 300, SOME);
    isLeft(45 + 45 + 5);
    ended("m.t.flexora.1.trial-1", 60, SOME);
    isLeft(60 + 5);
  }

  @Test
  void aRowWithoutTrialsDoesAllOfItsWorkBesideRowsThatAreTuned() {
    cells("m", 2, "plain");
    tuned("all", 1);
    ended("m.t.all.1.trial-0", 100, SOME);
    ended("m.t.all.1.trial-1", 40, SOME);
    ended("m.t.all.1.trial-2", 40, SOME);
    ended("m.t.all.1", 5, SOME);
    isLeft(2 * 100);
    ended("m.t.plain.1", 60, SOME);
    isLeft(60);
  }

  @Test
  void aCellThatWasResumedTookWhatItsPhasesSay() {
    cells("m", 2, "all");
    started("m.t.all.1");
    pass(5);
    tell("m.t.all.1", ended(80, SOME));
    isLeft(80);
  }

  @Test
  void nothingIsLeftAtTheEnd() {
    cells("m", 1, "all");
    ended("m.t.all.1", 10, SOME);
    assertThat(time.of(cells, now)).isEmpty();
  }

  @Test
  void noOrderOfEventsMakesItAbsurd() {
    cells("m", 5, "all", "none", "flexora");
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < 2000; i++) {
      // The clock is set back now and then.
      pass(random.nextInt(-20, 60));
      List<Integer> layers = random.nextBoolean() ? SOME : List.of();
      String cell = cells.get(random.nextInt(cells.size())).id();
      Event what =
          switch (random.nextInt(i % 50 == 0 ? 4 : 3)) {
            case 0 -> new Event.CellStarted();
            case 1 -> ended(i % 7 == 0 ? Double.NaN : 1.0 * random.nextInt(90), layers);
            case 2 -> new Event.CellFailed("x");
            default -> new Event.ComparisonStarted(cells.size(), 0, 1);
          };
      tell(cell, what);
      time.of(cells, now)
          .ifPresent(left -> assertThat(left).isPositive().isLessThan(Duration.ofHours(200)));
    }
  }
}
