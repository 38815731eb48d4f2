package io.flexora.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.flexora.formats.gguf.GgufType;
import io.flexora.transformers.checkpoint.ComputeChoice;
import io.flexora.transformers.checkpoint.WeightStorage;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Measures what a model of the shape of TinyLlama 1.1B in Q4_K takes, of random blocks: two texts
 * of 512 tokens, all of them to be predicted, with LoRA on all modules of all layers. Runs only
 * with {@code -Dflexora.speed=1}, and needs 700 MB in the folder for temporary files.
 */
class LargeModelTest {

  @TempDir private Path folder;

  @Test
  void isTrainedInThreeGibibytes() throws IOException, InterruptedException {
    assumeTrue(
        Integer.getInteger("flexora.speed", 0) > 0, "-Dflexora.speed=1 asks for no measurement");
    Path file = folder.resolve("model.gguf");
    RandomGguf.tinyLlama(GgufType.Q4_K).write(file);
    StepProcess.Figures figures =
        StepProcess.measured(
            new StepProcess.Steps(
                file,
                WeightStorage.STORED,
                ComputeChoice.FLOAT32,
                0,
                2,
                512,
                511,
                StepProcess.Kind.ALL_MODULES,
                0));
    assertThat(figures.mebibytes()).isLessThan(3072);
  }
}
