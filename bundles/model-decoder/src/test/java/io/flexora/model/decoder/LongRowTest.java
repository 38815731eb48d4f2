package io.flexora.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.flexora.transformers.checkpoint.ComputeChoice;
import io.flexora.transformers.checkpoint.WeightStorage;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/**
 * Measures what one text of 4,096 tokens, all of them to be predicted, takes on the real model in
 * float32, with LoRA on all modules of all layers, one segment of layers for each. Runs only with
 * {@code -Dflexora.speed=1} and {@code -Dflexora.models=FOLDER}.
 */
class LongRowTest {

  private static final int LENGTH = 4096;
  private static final int SEGMENTS = 30;

  /** Less than the same step took with a number for each pair of tokens. */
  private static final double MOST_MEBIBYTES = 2560;

  @Test
  void isTrainedInLittleMemory() throws IOException, InterruptedException {
    assumeTrue(
        Integer.getInteger("flexora.speed", 0) > 0, "-Dflexora.speed=1 asks for no measurement");
    StepProcess.Figures figures =
        StepProcess.measured(
            new StepProcess.Steps(
                RealModel.file(),
                WeightStorage.DENSE,
                ComputeChoice.FLOAT32,
                SEGMENTS,
                1,
                LENGTH,
                LENGTH - 1,
                StepProcess.Kind.ALL_MODULES,
                0));
    assertThat(figures.mebibytes()).isLessThan(MOST_MEBIBYTES);
  }
}
