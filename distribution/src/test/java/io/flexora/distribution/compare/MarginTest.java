package io.flexora.distribution.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.comparison.Comparison;
import io.flexora.config.yaml.ConfigurationException;
import io.flexora.distribution.tiny.ClassHost;
import io.flexora.distribution.tiny.OneThread;
import io.flexora.runstore.RunListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A margin that is compared with the range of the metric before anything runs. */
@ExtendWith(OneThread.class)
class MarginTest {

  private static final String LOSS =
      "tasks.glosses.evaluator={use: classification, metrics: [accuracy, loss], deciding: loss}";

  @TempDir static Path cache;
  @RegisterExtension static final ClassHost host = new ClassHost(() -> cache);

  @TempDir Path folder;
  private TinyComparison tiny;

  @BeforeEach
  void start() throws IOException {
    tiny = TinyComparison.in(folder);
  }

  @Test
  void aMarginThatTheMetricCannotExceedIsRefusedBeforeAnythingIsWritten() {
    String message =
        "--set equivalence.margin=5: option 'equivalence.margin' is 5, which no difference can"
            + " exceed: accuracy goes from 0 to 1; write less than 1: 5 points are 0.05";
    assertThatThrownBy(() -> comparison("equivalence.margin=5").check(RunListener.NONE))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(message);
    assertThatThrownBy(() -> comparison("equivalence.margin=5").run(RunListener.NONE))
        .hasMessage(message);
    assertThat(folder.resolve("runs")).doesNotExist();
  }

  @Test
  void itIsTheMetricThatDecidesWhoseRangeCounts() {
    assertThat(comparison("equivalence.margin=5", LOSS).check(RunListener.NONE).cells())
        .isNotEmpty();
    assertThat(comparison("equivalence.margin=0.05").check(RunListener.NONE).cells()).isNotEmpty();
  }

  private Comparison comparison(String... options) {
    String runs = "output_dir=" + folder.resolve("runs");
    return host.comparison(
        tiny.file(), Stream.concat(Stream.of(runs), Stream.of(options)).toList());
  }
}
