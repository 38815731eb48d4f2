package io.flexora.experiment.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.plugin.Component;
import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Event;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Progress;
import io.flexora.api.track.Tracker;
import io.flexora.api.track.Tracking;
import io.flexora.api.track.Tracking.End.Status;
import io.flexora.experiment.NoExtensions;
import io.flexora.results.run.CellOutcome;
import io.flexora.results.run.RunEvent;
import io.flexora.runstore.RunFolder;
import io.flexora.runstore.RunListener;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class RunTrackersTest {

  private static final String YAML =
      """
      name: plum
      seed: 1
      selector: {use: flexora, steps: 20}
      baselines:
        random: {use: random, layers: 2}
      trainer: {use: gradient, learning_rate: 2e-3}
      adapter: {use: lora, target_modules: [query, value]}
      time_limit: null
      trackers: [csv]
      """;
  private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");
  private static final Duration SOON = Duration.ofMillis(10);

  @TempDir Path runs;
  private final List<String> notices = new CopyOnWriteArrayList<>();
  private final MemoryTracker tracker = new MemoryTracker("memory");
  private RunFolder folder;

  @BeforeEach
  void create() {
    folder = RunFolder.create(runs, "plum", LocalDateTime.of(2026, 1, 2, 3, 4, 5), YAML);
  }

  @AfterEach
  void close() {
    folder.close();
  }

  private RunTrackers start(Component<Tracker> first, MemoryTracker... others) {
    List<Component<Tracker>> all = new ArrayList<>(List.of(first));
    all.addAll(List.of(others));
    return RunTrackers.start(
        all, new NoExtensions(List.of()), folder.path(), notices::add, SOON, Duration.ofSeconds(2));
  }

  private void tracked(Runnable work) {
    RunTrackers trackers = start(tracker);
    trackers.follow("", folder.path(), UnaryOperator.identity());
    trackers.during(
        () -> {
          work.run();
          return null;
        });
  }

  private void happens(String cell, String phase, long step, Event what) {
    folder.events().append(new RunEvent(START.plusSeconds(step), cell, phase, step, what));
  }

  private void steps(String cell, long from, long to) {
    for (long step = from; step <= to; step++) {
      Progress progress = Progress.of(step, 10).withTrainingLoss(1.0 / step);
      happens(cell, "train", step, new Event.StepDone(progress));
    }
  }

  private void ends(String cell, Optional<String> failure) {
    MetricDescription accuracy = MetricDescription.score("accuracy");
    folder
        .cell(cell)
        .writeOutcome(
            failure.isPresent()
                ? CellOutcome.failed(1, Map.of(), failure.get())
                : CellOutcome.of(1)
                    .selectedLayers(List.of(1, 3))
                    .trainableParameters(96)
                    .metrics(Map.of("accuracy", new MetricValue(accuracy, 0.75, 0.01)))
                    .deciding(Optional.of("accuracy"))
                    .seconds(Map.of("train", 2.5))
                    .peakMemoryBytes(Map.of("train", 1000L))
                    .versions(Map.of("pytorch", "2.7"))
                    .failure(failure)
                    .build());
  }

  private List<Long> steps(String cell, String metric) {
    return tracker.told.get(cell).metrics.stream()
        .filter(m -> m.name().equals(metric))
        .map(Tracking.Metric::step)
        .toList();
  }

  private static Long[] range(long from, long to) {
    return LongStream.rangeClosed(from, to).boxed().toArray(Long[]::new);
  }

  @Test
  void tellsTheCellsTheirOptionsStepsAndEnds() {
    tracked(
        () -> {
          Progress step =
              Progress.of(4, 20)
                  .withValidationLoss(0.5)
                  .with("alpha", new double[] {0.25, 0.75})
                  .with("learning_rate", 0.01);
          happens("main", "search", 4, new Event.StepDone(step));
          steps("main", 1, 3);
          ends("main", Optional.empty());
          steps("random", 1, 2);
          ends("random", Optional.of("out of memory"));
        });

    MemoryTracker.Told main = tracker.told.get("main");
    assertThat(main.metrics)
        .extracting(m -> m.name() + " " + m.step() + " " + m.value())
        .containsExactly(
            "search/validation_loss 4 0.5",
            "search/alpha/0 4 0.25",
            "search/alpha/1 4 0.75",
            "search/learning_rate 4 0.01",
            "train/training_loss 1 1.0",
            "train/training_loss 2 0.5",
            "train/training_loss 3 " + 1.0 / 3);
    assertThat(main.run.group()).isEqualTo("plum-20260102-030405");
    assertThat(main.run.parameters())
        .containsEntry("trainer.learning_rate", "2e-3")
        .containsEntry("adapter.target_modules", "query, value")
        .containsEntry("selector.use", "flexora")
        .doesNotContainKeys("trackers", "time_limit", "baselines.random.use");
    assertThat(tracker.told.get("random").run.parameters())
        .containsEntry("selector.use", "random")
        .doesNotContainKey("selector.steps");
    assertThat(main.ends).singleElement().matches(end -> end.status() == Status.FINISHED);
    assertThat(main.ends.get(0).metrics())
        .containsEntry("evaluate/accuracy", 0.75)
        .containsEntry("train/seconds", 2.5)
        .containsEntry("trainable_parameters", 96.0);
    assertThat(main.ends.get(0).notes()).containsEntry("selected_layers", "1 3");
    assertThat(tracker.told.get("random").ends)
        .singleElement()
        .matches(end -> end.status() == Status.FAILED)
        .matches(end -> end.cause().equals(Optional.of("out of memory")));
    assertThat(main.open + tracker.told.get("random").open).isZero();
    assertThat(notices).isEmpty();
  }

  @Test
  void aResumedRunIsTheSameAndNoStepIsToldTwice() {
    assertThatThrownBy(
            () ->
                tracked(
                    () -> {
                      steps("main", 1, 6);
                      throw new CancelledException();
                    }))
        .isInstanceOf(CancelledException.class);
    String id = tracker.told.get("main").run.id();
    tracked(
        () -> {
          // From the checkpoint of step 4 on.
          happens("main", "train", 4, new Event.Resumed());
          steps("main", 5, 9);
          ends("main", Optional.empty());
        });

    assertThat(tracker.told).containsOnlyKeys("main");
    assertThat(tracker.told.get("main").run.id()).isEqualTo(id);
    assertThat(steps("main", "train/training_loss")).containsExactly(range(1, 9));
    assertThat(tracker.told.get("main").ends)
        .extracting(end -> end.status())
        .containsExactly(Status.CANCELLED, Status.FINISHED);
  }

  @Test
  void whatHasEndedIsToldOnce() {
    tracked(
        () -> {
          steps("main", 1, 3);
          ends("main", Optional.empty());
        });
    tracked(() -> {});
    assertThat(tracker.told.get("main").ends).hasSize(1);
    assertThat(tracker.told.get("main").begun).isEqualTo(1);
  }

  @Test
  void aCellThatBeginsAnewIsAnotherOne() {
    tracked(
        () -> {
          steps("main", 1, 4);
          happens("main", "", 0, new Event.CellRestarted("other code"));
          steps("main", 1, 2);
        });
    tracked(
        () -> {
          steps("main", 3, 5);
          ends("main", Optional.empty());
        });

    assertThat(steps("main", "train/training_loss")).containsExactly(range(1, 4));
    assertThat(tracker.told.get("main").ends.get(0).cause()).contains("other code");
    assertThat(steps("main.2", "train/training_loss")).containsExactly(range(1, 5));
    assertThat(tracker.told.get("main.2").run.id()).isNotEqualTo(tracker.told.get("main").run.id());
  }

  @Test
  void aTrackerThatFailsIsNamedOnceAndEndsNothing() {
    MemoryTracker failing =
        new MemoryTracker("failing")
            .with(
                () -> {
                  throw new FlexoraException("no server at 127.0.0.1:1");
                });
    RunTrackers trackers = start(failing, tracker);
    trackers.follow("", folder.path(), UnaryOperator.identity());
    int result =
        trackers.during(
            () -> {
              steps("main", 1, 3);
              ends("main", Optional.empty());
              return 7;
            });

    assertThat(result).isEqualTo(7);
    assertThat(notices)
        .singleElement()
        .asString()
        .contains("tracker 'failing'", "left out", "no server at 127.0.0.1:1", "flexora resume");
    assertThat(failing.told.get("main").open).isZero();
    assertThat(steps("main", "train/training_loss")).containsExactly(range(1, 3));
  }

  @Test
  void whatWasMissedIsToldByTheNextProcess() {
    MemoryTracker failing =
        new MemoryTracker("memory")
            .with(
                () -> {
                  throw new IllegalStateException("down");
                });
    RunTrackers first = start(failing);
    first.follow("", folder.path(), UnaryOperator.identity());
    first.during(
        () -> {
          steps("main", 1, 3);
          ends("main", Optional.empty());
          return null;
        });
    RunTrackers second = start(tracker);
    second.catchUp("", folder.path(), UnaryOperator.identity());
    second.during(() -> null);

    assertThat(steps("main", "train/training_loss")).containsExactly(range(1, 3));
    assertThat(tracker.told.get("main").ends).hasSize(1);
  }

  @Test
  void aTrackerThatHangsIsLeftBehind() {
    MemoryTracker hanging =
        new MemoryTracker("hanging")
            .with(
                () -> {
                  try {
                    TimeUnit.SECONDS.sleep(60);
                  } catch (InterruptedException e) {
                    throw new FlexoraException("interrupted", e);
                  }
                });
    long begun = System.nanoTime();
    RunTrackers trackers = start(hanging);
    trackers.follow("", folder.path(), UnaryOperator.identity());
    trackers.during(
        () -> {
          steps("main", 1, 1);
          return null;
        });
    assertThat(System.nanoTime() - begun).isLessThan(TimeUnit.SECONDS.toNanos(10));
    assertThat(notices.get(0)).contains("'hanging'", "did not take all within 2 seconds");
  }

  @Test
  void aFailureOfAnEarlierTryIsNotToldOfTheNextOne() {
    tracked(
        () -> {
          steps("main", 1, 2);
          ends("main", Optional.of("no memory"));
        });
    tracked(
        () -> {
          steps("main", 3, 4);
          pause();
          ends("main", Optional.empty());
        });
    assertThat(tracker.told.get("main").ends)
        .extracting(end -> end.status())
        .containsExactly(Status.FAILED, Status.FINISHED);
    assertThat(steps("main", "train/training_loss")).containsExactly(range(1, 4));
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(200);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void cellsOfAComparisonAreFollowedFromTheirStartUntilTheyAreOver() {
    RunTrackers trackers = start(tracker);
    RunListener listener =
        trackers.hearing(
            RunListener.NONE, id -> folder.path(), id -> cell -> cell.replace("main", id));
    trackers.during(
        () -> {
          listener.event(new RunEvent(START, "bge.sense.all.1", "", 0, new Event.CellStarted()));
          steps("main", 1, 2);
          steps("main+laplace", 1, 1);
          ends("main", Optional.empty());
          listener.event(
              new RunEvent(
                  START,
                  "bge.sense.all.1",
                  "",
                  0,
                  new Event.CellEnded(
                      Optional.empty(), Optional.empty(), Double.NaN, List.of(), 1)));
          return null;
        });
    assertThat(tracker.told).containsOnlyKeys("bge.sense.all.1", "bge.sense.all.1+laplace");
    assertThat(tracker.told.get("bge.sense.all.1").ends)
        .singleElement()
        .matches(end -> end.status() == Status.FINISHED);
  }
}
