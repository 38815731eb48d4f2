package io.flexora.distribution.embed;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Progress;
import io.flexora.distribution.tiny.Program;
import io.flexora.distribution.tiny.TinyExperiment;
import io.flexora.experiment.Experiment;
import io.flexora.files.durable.DurableFolder;
import io.flexora.host.FlexoraHost;
import io.flexora.runstore.RunListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A run whose folder somebody deletes meanwhile. */
class RemovedFolderTest {

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"search", "train"})
  void theRunTellsThatItsFolderIsGone(String phase) throws Exception {
    TinyExperiment.in(folder);
    try (FlexoraHost host = host()) {
      Experiment experiment =
          host.experiment(
              folder.resolve("tiny.yaml"), List.of("output_dir=" + folder.resolve("runs")));
      AtomicReference<Path> removed = new AtomicReference<>();
      RunListener remover =
          new RunListener() {
            @Override
            public void progress(String cell, String now, Progress progress) {
              if (now.equals(phase) && removed.get() == null) {
                removed.set(remove());
              }
            }
          };

      assertThatThrownBy(() -> experiment.run(remover))
          .isInstanceOf(FlexoraException.class)
          .hasMessage(
              "the folder of the run was removed while it was running: %s. What it held is lost; run it again",
              removed.get());
    }
  }

  private Path remove() {
    try (Stream<Path> runs = Files.list(folder.resolve("runs"))) {
      Path run = runs.findFirst().orElseThrow();
      DurableFolder.delete(run);
      return run;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private FlexoraHost host() {
    return FlexoraHost.builder().home(Program.HOME).cache(folder.resolve("cache")).start();
  }
}
