package io.flexora.distribution.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.config.yaml.ConfigurationException;
import io.flexora.distribution.tiny.ClassHost;
import io.flexora.distribution.tiny.TinyExperiment;
import io.flexora.runstore.RunListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Adapter methods of plugins in an experiment with a search. */
class AdapterMethodsTest {

  @TempDir static Path cache;
  @RegisterExtension static final ClassHost host = new ClassHost(() -> cache);

  @TempDir Path folder;

  private TinyExperiment experiment;

  @BeforeEach
  void start() throws IOException {
    experiment = TinyExperiment.in(folder);
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

  private List<String> written(String... settings) throws IOException {
    List<String> all = new ArrayList<>(List.of(settings));
    all.add("output_dir=" + folder.resolve("runs"));
    all.add("baselines={}");
    host.experiment(experiment.file(), all).run(RunListener.NONE);
    List<String> written = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder.resolve("runs"))) {
      for (Path file : files.filter(f -> f.endsWith("adapter_config.json")).toList()) {
        written.add(Files.readString(file));
      }
    }
    return written;
  }

  @Test
  void ranksByActivationsGoFromTheSearchToTheAdapterFile() throws IOException {
    assertThat(
            written(
                "adapter={use: eva, lora_rank: 2, calibration_examples: 8}",
                "selector.outer_steps=2"))
        .isNotEmpty()
        .allSatisfy(
            text -> assertThat(text).contains("\"eva\"", "\"rank_pattern\"", "\"eva_config\""));
  }

  /** What a run writes is read again and has to give the scores of the trained model. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{use: lora-ga, lora_rank: 2, calibration_examples: 8}",
        "{use: pissa, lora_rank: 2}",
        "{use: olora, lora_rank: 2, use_rslora: true}"
      })
  void whatFitsChangedMatricesIsWrittenAsPlainLora(String adapter) throws IOException {
    assertThat(written("adapter=" + adapter, "selector=all"))
        .isNotEmpty()
        .allSatisfy(
            text ->
                assertThat(text.replaceAll("\\s", ""))
                    .contains("\"init_lora_weights\":true", "\"r\":4", "\"lora_alpha\":4")
                    .doesNotContain("lora_ga", "pissa", "olora"));
  }

  @Test
  void modulesAreNamedByTheirPathsWherePeftCannotNameLayers() throws IOException {
    assertThat(written("adapter=ia3", "selector={use: last, layers: 1}"))
        .isNotEmpty()
        .allSatisfy(
            text ->
                assertThat(text)
                    .contains("\"IA3\"", "layer.3.attention.self.key", "layer.3.output.dense")
                    .doesNotContain("layers_to_transform", "layer.2."));
  }
}
