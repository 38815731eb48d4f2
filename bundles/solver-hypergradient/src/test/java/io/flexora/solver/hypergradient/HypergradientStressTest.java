package io.flexora.solver.hypergradient;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs {@link HypergradientStress} for some seconds, or for {@code -Dflexora.stress.minutes}; with
 * {@code -Dflexora.models=FOLDER} on a real decoder, too.
 */
class HypergradientStressTest {
  private static final String MODEL = "smollm2-135m-instruct/SmolLM2-135M-Instruct.Q4_1.gguf";

  @Test
  void hypergradientsStayTheSameWhileOthersFreeMemory(@TempDir Path folder) throws Exception {
    double minutes = Double.parseDouble(System.getProperty("flexora.stress.minutes", "0.1"));
    HypergradientStress stress =
        new HypergradientStress(
            Duration.ofSeconds((long) (60 * minutes)),
            HypergradientStress.tinyEncoder(folder),
            Path.of("../model-decoder/src/test/resources/tiny/gguf-llama3-q8_0/model.gguf"),
            Optional.ofNullable(System.getProperty("flexora.models"))
                .map(models -> Path.of(models).resolve(MODEL)));
    stress.run();
    assertThat(stress.done()).isNotEmpty();
    assertThat(stress.comparedEach()).as("%s", stress.done()).isTrue();
  }
}
