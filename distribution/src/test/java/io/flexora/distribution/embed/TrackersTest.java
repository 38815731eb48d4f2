package io.flexora.distribution.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Event;
import io.flexora.api.run.Progress;
import io.flexora.comparison.Comparison;
import io.flexora.comparison.reading.ComparisonOutcome;
import io.flexora.distribution.compare.TinyComparison;
import io.flexora.distribution.tiny.ClassHost;
import io.flexora.distribution.tiny.Notices;
import io.flexora.distribution.tiny.TinyExperiment;
import io.flexora.experiment.Experiment;
import io.flexora.experiment.RunOutcome;
import io.flexora.results.run.RunEvent;
import io.flexora.runstore.RunFolder;
import io.flexora.runstore.RunListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Trackers of runs and comparisons, from the configuration to what the tools have. */
class TrackersTest {

  // Nobody listens on this port of the loopback address.
  private static final String ALL =
      "trackers=[csv, tensorboard, {use: mlflow, tracking_uri: 'http://127.0.0.1:1'}]";

  @TempDir static Path cache;
  @RegisterExtension static final ClassHost host = new ClassHost(() -> cache);

  @TempDir Path folder;

  @Test
  void aResumedRunHasEachStepOnceAndATrackerWithoutAServerEndsNothing() throws IOException {
    TinyExperiment tiny = TinyExperiment.in(folder);
    List<String> settings = List.of(ALL, "output_dir=" + folder.resolve("runs"));
    AtomicReference<Experiment> first = new AtomicReference<>();
    first.set(host.experiment(tiny.file(), settings));
    RunListener cancelling =
        new RunListener() {
          @Override
          public void progress(String cell, String phase, Progress progress) {
            if (cell.equals("main") && phase.equals("train") && progress.done() == 4) {
              first.get().cancel();
            }
          }
        };
    assertThatThrownBy(() -> first.get().run(cancelling)).isInstanceOf(CancelledException.class);
    Path run = first.get().folder().orElseThrow();
    assertThat(summary(run, "main")).contains("status,cancelled");

    List<String> notices = new CopyOnWriteArrayList<>();
    RunOutcome outcome = host.experiment(tiny.file(), settings).resume(run, Notices.into(notices));

    assertThat(outcome.cells().values()).allMatch(cell -> cell.failure().isEmpty());
    assertThat(notices.stream().filter(sentence -> sentence.contains("tracker")))
        .singleElement()
        .asString()
        .contains(
            "tracker 'mlflow' of plugin flexora-tracker-mlflow",
            "is left out",
            "http://127.0.0.1:1 does not answer");
    for (String cell : outcome.cells().keySet()) {
      assertThat(tracked(run, cell)).isEqualTo(recorded(run, cell));
      assertThat(summary(run, cell)).contains("status,finished", "evaluate/accuracy,");
      assertThat(own(run, "tensorboard", cell).resolve("events.out.tfevents.flexora"))
          .isNotEmptyFile();
    }
    assertThat(recorded(run, "main").get("search/alpha/0")).hasSize(8);
  }

  @Test
  void cellsInOtherProcessesAreTrackedAsThoseInThisOne() throws IOException {
    TinyComparison tiny = TinyComparison.in(folder);
    for (String runner : List.of("local", "{use: process, parallel: 2, max_heap: 256m}")) {
      Comparison comparison =
          host.comparison(
              tiny.file(),
              List.of(
                  "trackers=[csv]",
                  "seeds=[1]",
                  "runner=" + runner,
                  "output_dir=" + folder.resolve("runs")));
      ComparisonOutcome outcome = comparison.run(RunListener.NONE);
      assertThat(outcome.failures()).isEmpty();
      for (String id : outcome.cells().keySet()) {
        Path cell = outcome.folder().resolve("cells").resolve(id);
        assertThat(tracked(outcome.folder(), id)).as(id).isEqualTo(recorded(cell, "main"));
        assertThat(summary(outcome.folder(), id)).contains("status,finished");
      }
    }
  }

  private static Path own(Path group, String tracker, String cell) throws IOException {
    try (Stream<Path> folders = Files.list(group.resolve("tracking"))) {
      return folders
          .filter(f -> f.getFileName().toString().startsWith(tracker + "-"))
          .findFirst()
          .orElseThrow()
          .resolve(cell);
    }
  }

  private static String summary(Path group, String cell) throws IOException {
    return Files.readString(own(group, "csv", cell).resolve("summary.csv"));
  }

  private static Map<String, List<Long>> tracked(Path group, String cell) throws IOException {
    Map<String, List<Long>> steps = new TreeMap<>();
    List<String> rows = Files.readAllLines(own(group, "csv", cell).resolve("metrics.csv"));
    for (String row : rows.subList(1, rows.size())) {
      String[] fields = row.split(",", -1);
      steps.computeIfAbsent(fields[0], n -> new ArrayList<>()).add(Long.parseLong(fields[1]));
    }
    return steps;
  }

  /** The steps of the losses and figures of a cell, in the record as if it had never stopped. */
  private static Map<String, List<Long>> recorded(Path run, String cell) {
    Map<String, List<Long>> steps = new TreeMap<>();
    for (RunEvent event : RunFolder.read(run).events()) {
      if (event.cell().equals(cell) && event.what() instanceof Event.StepDone done) {
        Progress progress = done.progress();
        List<String> names = new ArrayList<>();
        progress.trainingLoss().ifPresent(loss -> names.add(Progress.TRAINING_LOSS));
        progress.validationLoss().ifPresent(loss -> names.add(Progress.VALIDATION_LOSS));
        progress
            .figures()
            .forEach(
                (name, figure) -> {
                  figure.number().ifPresent(number -> names.add(name));
                  for (int i = 0; i < figure.numbers().size(); i++) {
                    names.add(name + "/" + i);
                  }
                });
        names.forEach(
            name ->
                steps
                    .computeIfAbsent(event.phase() + "/" + name, n -> new ArrayList<>())
                    .add(event.step()));
      }
    }
    return steps;
  }
}
