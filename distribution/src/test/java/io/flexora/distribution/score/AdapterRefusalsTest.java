package io.flexora.distribution.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.data.Split;
import io.flexora.api.run.FlexoraException;
import io.flexora.distribution.tiny.Program;
import io.flexora.distribution.tiny.TinyExperiment;
import io.flexora.experiment.Experiment;
import io.flexora.experiment.use.EvaluationTarget;
import io.flexora.formats.peft.AdapterFolder;
import io.flexora.formats.peft.PeftAdapter;
import io.flexora.host.FlexoraHost;
import io.flexora.plugin.extension.InstalledExtension;
import io.flexora.runstore.RunListener;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Adapters of PEFT's that are not read: what is said of them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AdapterRefusalsTest {

  private static final String MODULE =
      "base_model.model.bert.encoder.layer.0.attention.self.query.";

  private Path folder;
  private TinyExperiment tiny;
  private FlexoraHost host;

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    this.folder = folder;
    tiny = TinyExperiment.in(folder);
    host = Program.host(folder);
  }

  @AfterAll
  void close() {
    host.close();
  }

  /** LoRA of rank 1 with further keys. */
  private static Map<String, Object> lora(Map<String, Object> more) {
    Map<String, Object> keys = new TreeMap<>();
    keys.put("peft_type", "LORA");
    keys.put("r", 1);
    keys.put("lora_alpha", 2);
    keys.put("lora_dropout", 0.0);
    keys.put("target_modules", List.of("query"));
    keys.putAll(more);
    return keys;
  }

  private void read(FlexoraHost by, Map<String, Object> keys) {
    TreeMap<String, PeftAdapter.Values> tensors = new TreeMap<>();
    tensors.put(MODULE + "lora_A.weight", new PeftAdapter.Values(List.of(1L, 16L), new float[16]));
    tensors.put(MODULE + "lora_B.weight", new PeftAdapter.Values(List.of(16L, 1L), new float[16]));
    Path adapter = folder.resolve("adapter");
    AdapterFolder.write(adapter, new PeftAdapter(keys, tensors));
    var unused =
        by.experiment(tiny.file(), List.of())
            .evaluate(new EvaluationTarget.Adapter(adapter), Split.TEST, RunListener.NONE);
  }

  @Test
  void theMethodThatIsMeantSaysWhatItDoesNotDo() {
    assertThatThrownBy(() -> read(host, lora(Map.of("use_dora", true, "lora_bias", true))))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("adapter method 'dora' does not do: lora_bias: true")
        .hasMessageNotContaining("use_dora");
    assertThatThrownBy(() -> read(host, lora(Map.of("lora_bias", true))))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("adapter method 'lora' does not do: lora_bias: true");
    assertThatThrownBy(() -> read(host, lora(Map.of("r", 0))))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("at least 1");
  }

  /** Each module would have had a product of its own rank and scale taken out of its matrix. */
  @ParameterizedTest
  @CsvSource({"pissa, rank_pattern", "pissa, alpha_pattern", "olora, rank_pattern"})
  void patternsOfWhatWasTakenOutOfTheMatricesAreRefusedByName(String start, String pattern) {
    Map<String, Object> keys =
        lora(Map.of("init_lora_weights", start, pattern, Map.of("attention.self.query", 3)));
    assertThatThrownBy(() -> read(host, keys))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("adapter method '%s' does not do: %s", start, pattern);
  }

  @Test
  void aStartByChanceIsRefusedByName() {
    Map<String, Object> keys = lora(Map.of("init_lora_weights", "pissa_niter_4"));
    assertThatThrownBy(() -> read(host, keys))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("method 'pissa' does not do: init_lora_weights: pissa_niter_4");
  }

  @Test
  void aMethodThatIsNotInstalledIsNamedWithItsPlugin() throws IOException {
    Path few = Files.createDirectory(folder.resolve("few-plugins"));
    // The baselines of the experiment, and no adapter method.
    String strategies = "flexora-selector-fixed.jar";
    Files.copy(Program.HOME.resolve("plugins").resolve(strategies), few.resolve(strategies));
    try (FlexoraHost bare =
        FlexoraHost.builder()
            .bundles(Program.HOME.resolve("bundles"))
            .pluginsFolder(few)
            .cache(folder.resolve("bare"))
            .start()) {
      assertThatThrownBy(() -> read(bare, lora(Map.of("use_dora", true))))
          .isInstanceOf(FlexoraException.class)
          .hasMessageContainingAll(
              folder.resolve("adapter").toString(),
              "use_dora: true",
              "adapter method 'dora'",
              "flexora-adapter-dora.jar",
              "Installed: [lora]");
      assertThatThrownBy(() -> read(bare, lora(Map.of("init_lora_weights", "olora"))))
          .isInstanceOf(FlexoraException.class)
          .hasMessageContainingAll("init_lora_weights: olora", "flexora-adapter-residual.jar");
      assertThatThrownBy(() -> read(bare, Map.of("peft_type", "VERA")))
          .isInstanceOf(FlexoraException.class)
          .hasMessageContainingAll("peft_type VERA", "flexora-adapter-vera.jar");
    }
  }

  /** But for eva, whose adapters are plain LoRA, and lora-ga, whose own form nobody reads. */
  @Test
  void theTableOfMethodsIsThatOfTheDistribution() throws IOException {
    Map<String, String> installed = new TreeMap<>();
    for (InstalledExtension method : host.catalog().ofKind("adapter")) {
      installed.put(method.extension().name(), method.plugin());
    }
    assertThat(installed.keySet().removeAll(List.of("eva", "lora-ga"))).isTrue();
    Map<String, String> told = new TreeMap<>();
    try (InputStream table = Experiment.class.getResourceAsStream("use/peft-methods.csv")) {
      new String(table.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split(",", -1))
          .forEach(columns -> told.put(columns[3], columns[4]));
    }
    assertThat(told).isEqualTo(installed);
  }
}
