package io.flexora.distribution.damage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.CancelledException;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Progress;
import io.flexora.comparison.Comparison;
import io.flexora.comparison.reading.ComparisonOutcome;
import io.flexora.distribution.compare.TinyComparison;
import io.flexora.distribution.tiny.ClassHost;
import io.flexora.distribution.tiny.TinyExperiment;
import io.flexora.experiment.Experiment;
import io.flexora.experiment.cell.ChangedCode;
import io.flexora.files.durable.FileHash;
import io.flexora.results.run.Provenance;
import io.flexora.runstore.ComparisonFolder;
import io.flexora.runstore.RunFolder;
import io.flexora.runstore.RunListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Data that has changed since does not join the results of what it was before. */
class ChangedFilesTest {

  @TempDir static Path cache;
  @RegisterExtension static final ClassHost host = new ClassHost(() -> cache);

  @TempDir Path folder;
  private Path data;
  private String location;

  @BeforeEach
  void find() {
    data = folder.resolve("data.noun");
    location = "file:" + data;
  }

  private void change() throws IOException {
    Files.writeString(data, Files.readString(data).replace(" word1 ", " other "));
  }

  private String refusal() {
    return "(?s).* was made from other files: \\Q%s\\E had the SHA-256 \\w{12}, and has %s now.* --redo-changed .*"
        .formatted(location, hash().substring(0, 12));
  }

  private String hash() {
    try {
      return FileHash.of(data).sha256();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the record of a run says of the data. */
  private String recorded(Path run) {
    Provenance provenance = RunFolder.provenance(run).orElseThrow();
    return provenance.files().get(location).sha256();
  }

  @Test
  void aRunRefusesToGoOnWithOtherDataAndBeginsAgainOnRequest() throws IOException {
    Path file = TinyExperiment.in(folder).file();
    Experiment cancelled =
        host.experiment(
            file,
            List.of(
                "output_dir=" + folder.resolve("runs"),
                "selector=all",
                "trainer.max_steps=3",
                "baselines={}"));
    RunListener inTraining =
        new RunListener() {
          @Override
          public void progress(String cell, String phase, Progress progress) {
            if (phase.equals("train") && progress.done() == 2) {
              cancelled.cancel();
            }
          }
        };
    assertThatThrownBy(() -> cancelled.run(inTraining)).isInstanceOf(CancelledException.class);
    Path run = cancelled.folder().orElseThrow();
    String before = hash();

    change();
    assertThatThrownBy(() -> again(run).resume(run, RunListener.NONE))
        .isInstanceOf(FlexoraException.class)
        .hasMessageStartingWith("cell 'main' of " + run)
        .hasMessageMatching(refusal());
    assertThat(recorded(run)).isEqualTo(before).isNotEqualTo(hash());

    again(run).resume(run, ChangedCode.REDO, RunListener.NONE);
    assertThat(RunFolder.isFinished(run)).isTrue();
    assertThat(recorded(run)).isEqualTo(hash());
  }

  private static Experiment again(Path run) {
    return host.experiment(RunFolder.configuration(run), List.of());
  }

  @Test
  void aComparisonRefusesFurtherCellsOnOtherDataAndMakesAllAgainOnRequest() throws IOException {
    Path file = TinyComparison.in(folder).file();
    Path into = comparison(file, "seeds=[1]").run(RunListener.NONE).folder();
    // Also of the task that the process has come back to.
    assertThat(recordedOfCells(into)).containsExactly(hash());

    change();
    Comparison more = comparison(file, "seeds=[1, 2]");
    assertThatThrownBy(() -> more.resume(into, RunListener.NONE))
        .isInstanceOf(FlexoraException.class)
        .hasMessageStartingWith("cell bert.glosses.all.1 of " + into)
        .hasMessageMatching(refusal());
    assertThatThrownBy(
            () -> more.plan(Optional.of(into), ChangedCode.REFUSE, Duration.ZERO, RunListener.NONE))
        .isInstanceOf(FlexoraException.class)
        .hasMessageMatching(refusal());
    assertThat(ComparisonFolder.cells(into)).hasSize(4);

    ComparisonOutcome redone =
        comparison(file, "seeds=[1, 2]").resume(into, ChangedCode.REDO, RunListener.NONE);
    assertThat(redone.failures()).isEmpty();
    assertThat(redone.done()).isEqualTo(8);
    assertThat(recordedOfCells(into)).containsExactly(hash());
  }

  /** A comparison of two tasks on the same data. */
  private Comparison comparison(Path file, String seeds) {
    return host.comparison(
        file,
        List.of(
            "output_dir=" + folder.resolve("runs"),
            "tasks={glosses: %s, others: %s}".formatted(task(60), task(50)),
            "trainer.max_steps=2",
            seeds));
  }

  private String task(int train) {
    return "{dataset: {use: wordnet, source: 'file:%s', train: %d, validation: 40, test: 40}, task: {use: classification, text: gloss, label: supersense}}"
        .formatted(folder, train);
  }

  private Set<String> recordedOfCells(Path comparison) {
    return ComparisonFolder.cells(comparison).stream()
        .map(this::recorded)
        .collect(Collectors.toSet());
  }
}
