package io.flexora.distribution.embed;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.run.Event;
import io.flexora.api.run.Phase;
import io.flexora.distribution.tiny.ClassHost;
import io.flexora.distribution.tiny.Notices;
import io.flexora.distribution.tiny.TinyExperiment;
import io.flexora.experiment.Experiment;
import io.flexora.experiment.RunOutcome;
import io.flexora.results.run.CellOutcome;
import io.flexora.runstore.CellFolder;
import io.flexora.runstore.EventLog;
import io.flexora.runstore.RunFolder;
import io.flexora.runstore.RunListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A cell that adapts the same layers as another one of its run takes all that it needs later. */
class CellReuseTest {

  @TempDir static Path cache;
  @RegisterExtension static final ClassHost host = new ClassHost(() -> cache);

  @TempDir Path folder;

  private Experiment experiment() throws IOException {
    return host.experiment(
        TinyExperiment.in(folder).file(),
        List.of(
            "selector={use: last, layers: 2}",
            "baselines={same: {use: layers, layers: [2, 3]}, other: {use: first, layers: 2}}",
            "adapter={use: pissa, lora_rank: 2}",
            "posteriors={steps: {use: checkpoint-ensemble, members: 2, every: 3}}",
            "output_dir=" + folder.resolve("runs")));
  }

  @Test
  void takesWhatTheOtherHasTrainedWithAllThatBelongsToIt() throws IOException {
    List<String> told = new ArrayList<>();
    RunOutcome run = experiment().run(Notices.into(told));
    assertThat(told)
        .filteredOn(sentence -> sentence.startsWith("The same layers were trained"))
        .hasSize(1);
    CellOutcome main = run.main();
    CellOutcome same = run.cells().get("same");
    assertThat(same.metrics()).isEqualTo(main.metrics());
    assertThat(same.seconds(Phase.TRAIN)).isPositive().isEqualTo(main.seconds(Phase.TRAIN));
    assertThat(run.cells().get("same+steps").metrics())
        .isEqualTo(run.cells().get("main+steps").metrics());
    assertThat(run.cells().get("other").metrics()).isNotEqualTo(main.metrics());

    Path cells = run.folder().resolve("cells");
    assertThat(cells.resolve("same").resolve(CellFolder.START))
        .hasSameBinaryContentAs(cells.resolve("main").resolve(CellFolder.START));
    CellFolder copy = RunFolder.readCell(run.folder(), "same");
    assertThat(copy.damage()).isEmpty();
    assertThat(copy.snapshots()).hasSize(2);
  }

  @Test
  void isTrainedWhereTakingItOverDidNotEnd() throws IOException {
    RunOutcome run = experiment().run(RunListener.NONE);
    Path events = EventLog.in(run.folder());
    Files.write(
        events,
        Files.readAllLines(events).stream()
            .filter(line -> !line.startsWith("{\"cell\":\"same\""))
            .toList());
    Files.delete(run.folder().resolve("cells/same/outcome.json"));

    RunOutcome resumed = experiment().resume(run.folder(), RunListener.NONE);
    assertThat(resumed.cells().get("same").metrics()).isEqualTo(run.main().metrics());
    assertThat(EventLog.read(events))
        .filteredOn(event -> event.cell().equals("same") && event.what() instanceof Event.Trained)
        .hasSize(1);
    assertThat(resumed.cells().get("same").seconds(Phase.TRAIN)).isPositive();
  }
}
