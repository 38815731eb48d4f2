package io.flexora.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.flexora.api.track.Tracker;
import io.flexora.api.track.Tracking;
import io.flexora.api.track.Tracking.End.Status;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Checks that a tracker keeps each step of each metric once, whoever goes on with a cell and
 * wherever it was stopped.
 *
 * @since 0.1
 */
public abstract class TrackerSuite extends ExtensionSuite<Tracker> {

  private static final Instant START = Instant.parse("2026-01-02T03:04:05.678901Z");
  private static final String LOSS = "train/training_loss";
  private static final String GATE = "search/alpha/3";
  private static final String HOSTILE = "a, \"b\" | 'c'\n{d: <e>} \\ \u00e4\u4e2d";

  @TempDir Path folder;

  /** For subclasses. */
  protected TrackerSuite() {
    super(Tracker.class);
  }

  /**
   * Reads back what the tool has, best by the tool itself.
   *
   * @return the steps of each metric, in order, each as often as it is there
   */
  protected abstract Map<String, List<Long>> steps(Tracker.Run run);

  private Tracker.Run run(String name) {
    return new Tracker.Run(
        UUID.randomUUID().toString(),
        name,
        "plum-20260102-030405",
        folder.resolve("tracking"),
        START,
        new TreeMap<>(Map.of("trainer.learning_rate", "2e-3", "seed", "1")));
  }

  private static List<Tracking.Metric> metrics(String name, long from, long to) {
    List<Tracking.Metric> metrics = new ArrayList<>();
    for (long step = from; step <= to; step++) {
      metrics.add(new Tracking.Metric(name, step, START.plusSeconds(step), 1.0 / step));
    }
    return metrics;
  }

  private static Tracking.End end(Status status) {
    return new Tracking.End(
        status,
        START.plusSeconds(60),
        status == Status.FAILED ? Optional.of("out of memory") : Optional.empty(),
        new TreeMap<>(Map.of("evaluate/accuracy", 0.75)),
        new TreeMap<>(Map.of("selected_layers", "1 3")),
        Path.of("cells", "main"));
  }

  private Tracking begin(Tracker.Run run, Optional<String> position) {
    return extension().begin(run, position);
  }

  @Test
  void keepsEachStepOfEachMetric() {
    Tracker.Run run = run("main");
    try (Tracking tracking = begin(run, Optional.empty())) {
      tracking.metrics(metrics(GATE, 1, 3));
      tracking.metrics(metrics(LOSS, 1, 2));
      tracking.metrics(metrics(LOSS, 3, 5));
      tracking.end(end(Status.FINISHED));
    }
    assertThat(steps(run))
        .as("steps that %s has kept", name())
        .containsEntry(GATE, List.of(1L, 2L, 3L))
        .containsEntry(LOSS, List.of(1L, 2L, 3L, 4L, 5L));
  }

  @Test
  void keepsCellsApart() {
    Tracker.Run one = run("main");
    Tracker.Run other = run("random");
    try (Tracking first = begin(one, Optional.empty());
        Tracking second = begin(other, Optional.empty())) {
      first.metrics(metrics(LOSS, 1, 2));
      second.metrics(metrics(LOSS, 1, 4));
      first.metrics(metrics(LOSS, 3, 3));
    }
    assertThat(steps(one).get(LOSS)).as("steps of one of two cells").containsExactly(1L, 2L, 3L);
    assertThat(steps(other).get(LOSS)).as("steps of the other").containsExactly(1L, 2L, 3L, 4L);
  }

  @Test
  void goesOnWhereAnotherProcessStopped() {
    Tracker.Run run = run("main");
    String position = told(run, Optional.empty(), 1, 3);
    told(run, Optional.of(position), 4, 6);
    assertThat(steps(run).get(LOSS))
        .as("steps that %s has of a cell that was gone on with", name())
        .containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
  }

  private String told(Tracker.Run run, Optional<String> position, long from, long to) {
    try (Tracking tracking = begin(run, position)) {
      tracking.metrics(metrics(LOSS, from, to));
      return tracking.position();
    }
  }

  @Test
  void takesNothingTwiceThatADeadProcessHadTold() {
    Tracker.Run run = run("main");
    String position;
    try (Tracking dying = begin(run, Optional.empty())) {
      dying.metrics(metrics(LOSS, 1, 2));
      position = dying.position();
      dying.metrics(metrics(LOSS, 3, 4));
    }
    told(run, Optional.of(position), 3, 6);
    assertThat(steps(run).get(LOSS))
        .as("steps that %s has, of which 3 and 4 were told twice with the same position", name())
        .containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
  }

  @Test
  void goesOnAfterItWasCancelledOrHadFailed() {
    for (Status status : List.of(Status.CANCELLED, Status.FAILED)) {
      Tracker.Run run = run(status.name());
      String position;
      try (Tracking tracking = begin(run, Optional.empty())) {
        tracking.metrics(metrics(LOSS, 1, 2));
        tracking.end(end(status));
        position = tracking.position();
      }
      try (Tracking tracking = begin(run, Optional.of(position))) {
        tracking.metrics(metrics(LOSS, 3, 4));
        tracking.end(end(Status.FINISHED));
      }
      assertThat(steps(run).get(LOSS))
          .as("steps that %s has of a cell that was %s and gone on with", name(), status)
          .containsExactly(1L, 2L, 3L, 4L);
    }
  }

  @Test
  void takesTheEndOfACellThatWasToldNothingElse() {
    assertThatCode(
            () -> {
              try (Tracking tracking = begin(run("main"), Optional.empty())) {
                tracking.end(end(Status.FINISHED));
              }
            })
        .as("%s of a cell without steps", name())
        .doesNotThrowAnyException();
  }

  @Test
  void keepsAStepWithoutANumber() {
    Tracker.Run run = run("main");
    try (Tracking tracking = begin(run, Optional.empty())) {
      tracking.metrics(List.of(new Tracking.Metric(LOSS, 1, START, Double.NaN)));
    }
    assertThat(steps(run).get(LOSS)).as("steps whose value is NaN").containsExactly(1L);
  }

  @Test
  void takesTextsOfAnyKind() {
    Tracker.Run plain = run("main");
    Tracker.Run run =
        new Tracker.Run(
            plain.id(),
            plain.name(),
            plain.group(),
            plain.folder(),
            START,
            new TreeMap<>(Map.of("tasks.sense." + HOSTILE, HOSTILE, "empty", "")));
    try (Tracking tracking = begin(run, Optional.empty())) {
      tracking.metrics(metrics(LOSS, 1, 2));
      tracking.end(
          new Tracking.End(
              Status.FAILED,
              START,
              Optional.of(HOSTILE),
              new TreeMap<>(Map.of("evaluate/" + HOSTILE, 0.5)),
              new TreeMap<>(Map.of(HOSTILE, HOSTILE)),
              Path.of("cells", "main")));
    }
    assertThat(steps(run).get(LOSS)).as("steps beside hostile texts").containsExactly(1L, 2L);
  }
}
