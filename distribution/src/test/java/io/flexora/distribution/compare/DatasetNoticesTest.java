package io.flexora.distribution.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.run.Event;
import io.flexora.comparison.reading.ComparisonOutcome;
import io.flexora.distribution.tiny.ClassHost;
import io.flexora.distribution.tiny.Notices;
import io.flexora.distribution.tiny.OneThread;
import io.flexora.distribution.tiny.TinyExperiment;
import io.flexora.experiment.Experiment;
import io.flexora.experiment.RunOutcome;
import io.flexora.runstore.ComparisonFolder;
import io.flexora.runstore.EventLog;
import io.flexora.runstore.RunListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What a dataset tells beside its rows is told once, and is in every record. */
@ExtendWith(OneThread.class)
class DatasetNoticesTest {

  private static final String NOTICE = "dataset files: 1 bad row is left out: rows.jsonl:1: ";

  @TempDir static Path cache;
  @RegisterExtension static final ClassHost host = new ClassHost(() -> cache);

  @TempDir Path folder;

  private final List<String> told = new ArrayList<>();
  private String dataset;

  @BeforeEach
  void writeRows() throws IOException {
    StringBuilder rows = new StringBuilder("{\"gloss\": \"no end\n");
    for (int i = 0; i < 40; i++) {
      rows.append("{\"gloss\": \"word %d\", \"supersense\": \"%s\"}\n".formatted(i, i % 2));
    }
    Path file = Files.writeString(folder.resolve("rows.jsonl"), rows);
    dataset =
        "dataset={use: files, train: 'file:%s', validation: 10, test: 10, max_bad_rows: 1}"
            .formatted(file);
  }

  private Experiment experiment() throws IOException {
    String runs = "output_dir=" + folder.resolve("runs");
    return host.experiment(
        TinyExperiment.in(folder).file(), List.of(dataset, "selector=all", "baselines={}", runs));
  }

  @Test
  void aCheckShowsItAndARunRecordsIt() throws IOException {
    assertThat(experiment().check(Notices.into(told)).notices())
        .singleElement()
        .satisfies(sentence -> assertThat(sentence).startsWith(NOTICE));
    assertThat(told).isEmpty();

    RunOutcome run = experiment().run(Notices.into(told));
    assertThat(told).filteredOn(sentence -> sentence.startsWith(NOTICE)).hasSize(1);
    assertThat(recorded(run.folder())).isEqualTo(1);

    Files.delete(run.folder().resolve("cells/main/outcome.json"));
    experiment().resume(run.folder(), RunListener.NONE);
    assertThat(recorded(run.folder())).isEqualTo(1);
  }

  @Test
  void cellsThatShareTheDataEachRecordIt() throws IOException {
    Path file = TinyComparison.in(folder).file();
    List<String> settings =
        List.of("tasks.glosses." + dataset, "seeds=[1]", "output_dir=" + folder.resolve("runs"));
    ComparisonOutcome outcome = host.comparison(file, settings).run(Notices.into(told));
    assertThat(outcome.failures()).isEmpty();
    assertThat(told).filteredOn(sentence -> sentence.startsWith(NOTICE)).hasSize(1);
    assertThat(outcome.cells().keySet())
        .hasSize(2)
        .allSatisfy(
            id -> assertThat(recorded(ComparisonFolder.cell(outcome.folder(), id))).isEqualTo(1));
  }

  private long recorded(Path run) {
    return EventLog.read(EventLog.in(run)).stream()
        .filter(
            event ->
                event.what() instanceof Event.Notice told && told.sentence().startsWith(NOTICE))
        .count();
  }
}
