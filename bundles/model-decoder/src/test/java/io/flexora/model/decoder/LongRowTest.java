package io.flexora.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.flexora.model.decoder.StepProcess.Kind;
import io.flexora.transformers.checkpoint.ComputeChoice;
import io.flexora.transformers.checkpoint.WeightStorage;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Measures what one text of 4,096 tokens, all of them to be predicted, takes on the real model in
 * float32. Runs only with {@code -Dflexora.speed=1} and {@code -Dflexora.models=FOLDER}.
 */
class LongRowTest {

  private static final int LENGTH = 4096;

  @ParameterizedTest
  @CsvSource({"30, ALL_MODULES, 2048", "1, QUERY_VALUE, 6144"})
  void isTrainedInLittleMemory(int segments, Kind kind, double most)
      throws IOException, InterruptedException {
    assertThat(mebibytes(segments, kind)).isLessThan(most);
  }

  private static double mebibytes(int segments, Kind kind)
      throws IOException, InterruptedException {
    assumeTrue(
        Integer.getInteger("flexora.speed", 0) > 0, "-Dflexora.speed=1 asks for no measurement");
    return StepProcess.measured(
            new StepProcess.Steps(
                RealModel.file(),
                WeightStorage.DENSE,
                ComputeChoice.FLOAT32,
                segments,
                1,
                LENGTH,
                LENGTH - 1,
                kind,
                0))
        .mebibytes();
  }
}
