package io.flexora.tracker.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.FlexoraException;
import io.flexora.api.track.Tracker;
import io.flexora.api.track.Tracking;
import io.flexora.api.track.Tracking.End.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileTrackersTest {

  private static final Instant TIME = Instant.parse("2026-01-02T03:04:05Z");

  @TempDir Path folder;
  private Tracker.Run run;

  @BeforeEach
  void describe() {
    run =
        new Tracker.Run(
            "id-1",
            "bge.sense.all.1",
            "plum-20260102",
            folder.resolve("tracking"),
            TIME,
            new TreeMap<>(Map.of("adapter.target_modules", "query, value")));
  }

  private static void measured(Tracking tracking, long step) {
    tracking.metrics(List.of(new Tracking.Metric("train/training_loss", step, TIME, 0.1 + 0.2)));
  }

  private static Tracking.End end(Status status) {
    return new Tracking.End(
        status,
        TIME,
        status == Status.FAILED ? Optional.of("no memory, at step 3") : Optional.empty(),
        new TreeMap<>(Map.of("evaluate/accuracy", 0.75)),
        new TreeMap<>(Map.of("selected_layers", "1 3")),
        Path.of("cells/main"));
  }

  @Test
  void commasAreQuotedAndNumbersInFull() throws IOException {
    Tracker csv = new CsvTracker(new FileTrackerOptions(Optional.empty()));
    Path own = folder.resolve("tracking/bge.sense.all.1");
    try (Tracking tracking = csv.begin(run, Optional.empty())) {
      measured(tracking, 1);
      assertThat(own.resolve("summary.csv")).hasContent("name,value\nstatus,running");
      tracking.end(end(Status.FAILED));
    }

    assertThat(Files.readString(own.resolve("metrics.csv")))
        .isEqualTo(
            """
            metric,step,time,value\r
            train/training_loss,1,2026-01-02T03:04:05Z,0.30000000000000004\r
            """);
    assertThat(Files.readString(own.resolve("parameters.csv")))
        .hasLineCount(2)
        .endsWith("adapter.target_modules,\"query, value\"\r\n");
    assertThat(Files.readString(own.resolve("summary.csv")))
        .contains(
            "status,failed\r\n",
            "cause,\"no memory, at step 3\"\r\n",
            "evaluate/accuracy,0.75\r\n",
            "selected_layers,1 3\r\n");
  }

  @Test
  void aFolderForAllRunsHasOneForEachOfThem() {
    FileTrackerOptions options = new FileTrackerOptions(Optional.of(folder.resolve("all")));
    new CsvTracker(options).begin(run, Optional.empty()).close();
    new TensorBoardTracker(options).begin(run, Optional.empty()).close();

    Path own = folder.resolve("all/plum-20260102/bge.sense.all.1");
    assertThat(own.resolve("metrics.csv")).isRegularFile();
    assertThat(own.resolve("events.out.tfevents.flexora")).isRegularFile();
  }

  @Test
  void theEndOfACancelledCellIsTakenBackWhenItGoesOn() throws IOException {
    Tracker board = new TensorBoardTracker(new FileTrackerOptions(Optional.empty()));
    String position;
    try (Tracking tracking = board.begin(run, Optional.empty())) {
      measured(tracking, 1);
      tracking.end(end(Status.CANCELLED));
      position = tracking.position();
    }
    Path file = folder.resolve("tracking/bge.sense.all.1/events.out.tfevents.flexora");
    assertThat(EventFile.read(file).tags()).contains("_hparams_/session_end_info");
    try (Tracking tracking = board.begin(run, Optional.of(position))) {
      measured(tracking, 2);
    }
    assertThat(EventFile.read(file).tags())
        .containsExactly(
            "_hparams_/session_start_info",
            "options/text_summary",
            "train/training_loss",
            "train/training_loss");
  }

  @Test
  void aFileThatHasLostAPartIsNamed() throws IOException {
    Tracker csv = new CsvTracker(new FileTrackerOptions(Optional.empty()));
    String position;
    try (Tracking tracking = csv.begin(run, Optional.empty())) {
      measured(tracking, 1);
      position = tracking.position();
    }
    Path file = folder.resolve("tracking/bge.sense.all.1/metrics.csv");
    Files.writeString(file, "metric");
    assertThatThrownBy(() -> csv.begin(run, Optional.of(position)))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("has 6 bytes, of " + position + " that were written");
    assertThat(file).hasContent("metric");
  }
}
