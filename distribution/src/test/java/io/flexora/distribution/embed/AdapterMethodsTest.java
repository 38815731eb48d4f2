package io.flexora.distribution.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.config.ConfigurationException;
import io.flexora.distribution.tiny.Program;
import io.flexora.distribution.tiny.TinyExperiment;
import io.flexora.host.FlexoraHost;
import io.flexora.runstore.RunListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Adapter methods of plugins in an experiment with a search. */
class AdapterMethodsTest {

  @TempDir Path folder;

  private TinyExperiment experiment;
  private FlexoraHost host;

  @BeforeEach
  void start() throws IOException {
    experiment = TinyExperiment.in(folder);
    host = FlexoraHost.builder().home(Program.HOME).cache(folder.resolve("cache")).start();
  }

  @AfterEach
  void close() {
    host.close();
  }

  private void check(String... settings) {
    host.experiment(experiment.file(), List.of(settings)).check(RunListener.NONE);
  }

  @Test
  void anAdapterWithoutExactProductsIsRefusedWhereASolverTakesThem() {
    assertThatThrownBy(() -> check("adapter={use: dora}"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll("solver 'unrolled'", "adapter 'dora'", "detach_norm: false")
        .hasMessageContaining("tiny.yaml");
    assertThatCode(() -> check("adapter={use: dora, detach_norm: false}"))
        .doesNotThrowAnyException();
    assertThatCode(() -> check("adapter={use: dora}", "selector.solver={use: first-order}"))
        .doesNotThrowAnyException();
  }

  @Test
  void ranksByActivationsGoFromTheSearchToTheAdapterFile() throws IOException {
    List<String> settings =
        List.of(
            "output_dir=" + folder.resolve("runs"),
            "adapter={use: eva, lora_rank: 2, calibration_examples: 8}",
            "selector.outer_steps=2",
            "baselines={}");
    host.experiment(experiment.file(), settings).run(RunListener.NONE);
    List<String> written = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder.resolve("runs"))) {
      for (Path file : files.filter(f -> f.endsWith("adapter_config.json")).toList()) {
        written.add(Files.readString(file));
      }
    }
    assertThat(written)
        .isNotEmpty()
        .allSatisfy(
            text -> assertThat(text).contains("\"eva\"", "\"rank_pattern\"", "\"eva_config\""));
  }
}
