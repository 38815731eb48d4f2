package io.flexora.distribution.embed;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.distribution.tiny.ClassHost;
import io.flexora.distribution.tiny.TinyExperiment;
import io.flexora.experiment.RunOutcome;
import io.flexora.runstore.RunFolder;
import io.flexora.runstore.RunListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A search that keeps everything leaves no trace in the training after it. */
class AllLayersTest {

  @TempDir static Path cache;
  @RegisterExtension static final ClassHost host = new ClassHost(() -> cache);

  @TempDir Path folder;

  @Test
  void aSearchThatChoosesAllLayersIsFollowedByTheTrainingOfAll() throws IOException {
    RunOutcome searched =
        run("{use: flexora, outer_steps: 2, solver: first-order, selection: top-k, k: 4}");
    // In a run of its own: cells of one run take what an equal one has trained.
    RunOutcome all = run("all");

    assertThat(all.main().metrics()).isEqualTo(searched.main().metrics());
    assertThat(RunFolder.readCell(all.folder(), "main").predictions())
        .isNotEmpty()
        .isEqualTo(RunFolder.readCell(searched.folder(), "main").predictions());
  }

  private RunOutcome run(String selector) throws IOException {
    return host.experiment(
            TinyExperiment.in(folder).file(),
            List.of("selector=" + selector, "baselines={}", "output_dir=" + folder.resolve("runs")))
        .run(RunListener.NONE);
  }
}
