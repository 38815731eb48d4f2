package io.flexora.experiment.cell;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.run.Event;
import io.flexora.api.run.Phase;
import io.flexora.api.run.Progress;
import io.flexora.experiment.setup.EvaluatedExamples;
import io.flexora.experiment.setup.ExperimentConfiguration;
import io.flexora.results.run.RunCell;
import io.flexora.results.run.RunEvent;
import io.flexora.runstore.RunFolder;
import io.flexora.runstore.RunListener;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CellTimeTest {

  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final LocalDateTime TIME = LocalDateTime.of(2026, 1, 2, 3, 4);
  private static final RunCell POSTERIOR = RunCell.of("main").with("ensemble");
  private static final String TRAIN = Phase.TRAIN.word();

  @TempDir private Path runs;

  private static Duration training(int search, Double factor) {
    return CellTime.ofTraining(LIMIT, Duration.ofSeconds(search), Optional.ofNullable(factor));
  }

  @Test
  void aTrainingHasWhatTheSearchLeaves() {
    assertThat(training(0, null)).isEqualTo(LIMIT);
    assertThat(training(4, null)).isEqualTo(Duration.ofSeconds(6));
    assertThat(training(11, null)).isZero();
  }

  @Test
  void aPartOfATrainingHasThatPartOfIt() {
    assertThat(training(4, 0.25)).isEqualTo(Duration.ofMillis(1500));
    assertThat(training(4, 1.5)).isEqualTo(Duration.ofSeconds(9));
    assertThat(training(11, 1.5)).isZero();
  }

  @Test
  void aFurtherTrainingHasTheTimeOfTheFirstLessWhatItTookItself() {
    try (RunFolder folder = RunFolder.create(runs, "a", TIME, "seed: 1")) {
      search(folder);
      assertThat(left(folder, 1)).isEqualTo(Duration.ofSeconds(10));
      begin(folder, 60);
      mark(folder, 61, 1);
      step(folder, 64);
      mark(folder, 64, 2);
      step(folder, 66);
      assertThat(left(folder, 1)).isEqualTo(Duration.ofSeconds(7));
      assertThat(left(folder, 2)).isEqualTo(Duration.ofSeconds(8));
      assertThat(left(folder, 3)).isEqualTo(Duration.ofSeconds(10));
    }
  }

  @Test
  void anInterruptedFurtherTrainingGoesOnWithTheRestOfItsTime() {
    try (RunFolder folder = RunFolder.create(runs, "a", TIME, "seed: 1")) {
      search(folder);
      begin(folder, 60);
      mark(folder, 61, 1);
      step(folder, 64);
      mark(folder, 64, 2);
      step(folder, 66);
      begin(folder, 100);
      mark(folder, 101, 1);
      mark(folder, 102, 2);
      step(folder, 105);
      assertThat(left(folder, 1)).isEqualTo(Duration.ofSeconds(7));
      assertThat(left(folder, 2)).isEqualTo(Duration.ofSeconds(5));
    }
  }

  /** Of the 60 seconds for search and training the search takes 50. */
  private static void search(RunFolder folder) {
    String search = Phase.SEARCH.word();
    append(folder, 0, "main", "", new Event.PhaseStarted(search));
    append(folder, 50, "main", "", new Event.PhaseEnded(search, 1));
  }

  private static void begin(RunFolder folder, long second) {
    append(folder, second, POSTERIOR.toString(), "", new Event.PhaseStarted(TRAIN));
  }

  private static void mark(RunFolder folder, long second, int number) {
    Event mark = PhaseRecord.furtherTraining("train-" + number);
    append(folder, second, POSTERIOR.toString(), "", mark);
  }

  private static void step(RunFolder folder, long second) {
    Event step = new Event.StepDone(Progress.of(1, 9));
    append(folder, second, POSTERIOR.toString(), TRAIN, step);
  }

  private static void append(RunFolder folder, long second, String cell, String phase, Event what) {
    folder.events().append(new RunEvent(Instant.ofEpochSecond(second), cell, phase, 1, what));
  }

  private static Duration left(RunFolder folder, int number) {
    RunScope scope =
        new RunScope(
            configuration(),
            folder,
            RunListener.NONE,
            () -> false,
            Map.of(),
            seeds -> null,
            cell -> Map.of(),
            new CellReuse());
    return new CellTime(scope, "main").leftForFurther(POSTERIOR, "train-" + number).orElseThrow();
  }

  /** One of which nothing is asked but its time. */
  private static ExperimentConfiguration configuration() {
    return new ExperimentConfiguration(
        "cell",
        1,
        Optional.empty(),
        null,
        null,
        null,
        null,
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(Duration.ofSeconds(60)),
        /* timeLimitIncludesSearch= */ true,
        Optional.empty(),
        Optional.empty(),
        EvaluatedExamples.TEST,
        List.of());
  }
}
