package io.flexora.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.host.FlexoraHost;
import io.flexora.plugin.status.PluginStatus.PluginState;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The class path is that of a program whose one dependency is this module. */
class TicketsApplicationTest {

  private static final String SOURCES = System.getProperty("flexora.sources");

  @Test
  void aPlainProgramTrainsAndAsksAModel() {
    PrintStream console = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, /* autoFlush= */ true, UTF_8));
    try {
      TicketsApplication.main(
          new String[] {
            "model.source=file:" + SOURCES + "/bundles/model-encoder/src/test/resources/tiny/bert/",
            "dataset.train=file:" + SOURCES + "/config/tickets.csv",
            "model.compute_dtype=float32",
            "dataset.validation=20",
            "dataset.test=20",
            "trainer={use: gradient, max_steps: 2, per_device_train_batch_size: 4}"
          });
    } finally {
      System.setOut(console);
    }

    assertThat(printed.toString(UTF_8)).containsAnyOf("refund", "exchange", "repair");
  }

  @Test
  void everyBundleIsInUseAndNoneOnTheClassPath(@TempDir Path cache) {
    try (FlexoraHost host = FlexoraHost.builder().cache(cache).strict().start()) {
      assertThat(host.plugins().plugins())
          .hasSizeGreaterThan(50)
          .allSatisfy(status -> assertThat(status.state()).isEqualTo(PluginState.ACTIVE));
    }
    assertThat(System.getProperty("java.class.path"))
        .contains("flexora-host")
        .doesNotContain("flexora-model-");
  }
}
