package io.flexora.distribution.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.data.Split;
import io.flexora.api.run.FlexoraException;
import io.flexora.distribution.tiny.Program;
import io.flexora.distribution.tiny.TinyExperiment;
import io.flexora.experiment.use.EvaluationTarget;
import io.flexora.experiment.use.ExportRequest;
import io.flexora.experiment.use.LoraConversion;
import io.flexora.files.durable.FileHash;
import io.flexora.formats.gguf.GgufFile;
import io.flexora.formats.peft.ServingTool;
import io.flexora.host.FlexoraHost;
import io.flexora.runstore.RunListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Adapters of decoders as llama.cpp reads them, and read again from there. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GgufLoraExportTest {

  private static final Path MODELS =
      Path.of("../bundles/model-decoder/src/test/resources/tiny").toAbsolutePath();

  private static final String YAML =
      """
      name: gguf
      device: cpu
      model: {use: decoder, source: "file:%1$s/llama3", compute_dtype: float32, max_tokens: 64}
      dataset: {use: files, train: "file:%2$s", validation: 1, test: "file:%3$s", duplicates: keep}
      task:
        use: multiple_choice
        doc_to_text: "{{question}}"
        doc_to_choice: ["1", "2", "3"]
        doc_to_target: "{{stars - 1}}"
      selector: {use: layers, layers: [0, 2]}
      trainer: {use: gradient, max_steps: 6, learning_rate: 0.05}
      evaluator: {use: multiple_choice}
      """;

  private Path folder;
  private Path file;
  private FlexoraHost host;

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    this.folder = folder;
    host = Program.host(folder);
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      rows.add(
          "{\"question\": \"How many stars has number %d?\", \"stars\": %d}"
              .formatted(i, 1 + i % 3));
    }
    Path data = Files.write(folder.resolve("rows.jsonl"), rows);
    Path test = Files.write(folder.resolve("test.jsonl"), rows);
    file = Files.writeString(folder.resolve("gguf.yaml"), YAML.formatted(MODELS, data, test));
  }

  @AfterAll
  void close() {
    host.close();
  }

  private Path run(String model, String adapter) {
    List<String> settings =
        List.of(
            "model.source=file:" + MODELS.resolve(model),
            "adapter=" + adapter,
            "output_dir=" + folder.resolve("runs"));
    return host.experiment(file, settings).run(RunListener.NONE).folder();
  }

  private List<Double> scores(Path run, EvaluationTarget target) {
    return host
        .experimentOf(run)
        .evaluate(target, Split.TEST, RunListener.NONE)
        .evaluation()
        .predictions()
        .stream()
        .flatMap(prediction -> prediction.scores().stream())
        .toList();
  }

  private static double distance(List<Double> one, List<Double> other) {
    double most = 0;
    for (int i = 0; i < one.size(); i++) {
      most = Math.max(most, Math.abs(one.get(i) - other.get(i)));
    }
    return most;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          llama3         | {use: lora, lora_rank: 2, lora_alpha: 16, use_rslora: true, target_modules: [q_proj, k_proj, down_proj]} | llama
          qwen2          | {use: lora, lora_rank: 4, lora_alpha: 2, target_modules: [q_proj, v_proj]}                               | qwen2
          gguf-llama3-f16/model.gguf| {use: eva, lora_rank: 2, calibration_examples: 4, target_modules: [q_proj, k_proj]}                     | llama
          mistral        | {use: dora, lora_rank: 2, target_modules: [k_proj]}                                                     | llama
          """)
  void theScoresAreThoseOfTheTrainedModel(String model, String adapter, String architecture)
      throws IOException {
    Path run = run(model, adapter);
    Path target = folder.resolve("gguf-" + run.getFileName());
    LoraConversion conversion =
        host.experimentOf(run).export(run, "main", "gguf-lora", target).conversion().orElseThrow();

    Path written = target.resolve("adapter.gguf");
    try (GgufFile gguf = GgufFile.open(written)) {
      assertThat(gguf.metadata().requireString("general.architecture")).isEqualTo(architecture);
      assertThat(gguf.metadata().requireDouble("adapter.lora.alpha")).isPositive();
      assertThat(gguf.tensors()).hasSize(2 * conversion.modules().size());
      assertThat(gguf.tensors()).allMatch(t -> t.name().matches("blk[.][02][.].*[.]lora_[ab]"));
    }
    assertThat(target.resolve("Modelfile"))
        .content()
        .contains("FROM " + MODELS.resolve(model), "ADAPTER ./adapter.gguf");
    assertThat(conversion.error()).isLessThan(1e-6);
    List<Double> trained = scores(run, new EvaluationTarget.Trained(run, "main"));
    assertThat(distance(trained, scores(run, new EvaluationTarget.Adapter(written))))
        .isLessThan(2e-4);
    assertThat(distance(trained, scores(run, new EvaluationTarget.Base()))).isGreaterThan(2e-3);
  }

  /** llama.cpp's converter divides alpha by the rank, where this adapter divides by its root. */
  @Test
  void theModulesThatOtherProgramsApplyAreCounted() throws IOException {
    Path run =
        run(
            "llama3",
            "{use: lora, lora_rank: 4, lora_alpha: 4, use_rslora: true, target_modules: [q_proj, k_proj]}");
    EvaluationTarget.Adapter adapter = new EvaluationTarget.Adapter(run.resolve("adapter"));
    List<ServingTool> tools = List.of(ServingTool.values());

    assertThat(applied(adapter, "peft", tools)).containsExactly(4, 4, 0);
    assertThat(applied(adapter, "lora", tools)).containsExactly(4, 4, 4);
    assertThat(applied(adapter, "gguf-lora", List.of(ServingTool.LLAMA_CPP))).containsExactly(4);
    assertThatThrownBy(() -> applied(adapter, "gguf-lora", tools))
        .isInstanceOf(FlexoraException.class)
        .hasMessage("PEFT (--check) does not read the format gguf-lora; export to lora");
    assertThatThrownBy(() -> applied(adapter, "safetensors", tools))
        .isInstanceOf(FlexoraException.class)
        .hasMessage("--check is for the formats peft, lora, gguf-lora, not for 'safetensors'");
  }

  private List<Integer> applied(
      EvaluationTarget.Adapter adapter, String format, List<ServingTool> tools) {
    Path target = folder.resolve("checked").resolve(format);
    return host
        .experiment(file, List.of())
        .export(
            adapter,
            new ExportRequest(format, target, OptionalInt.empty(), tools),
            RunListener.NONE)
        .applied()
        .stream()
        .map(ServingTool.Applied::applied)
        .toList();
  }

  @Test
  void anAdapterIsExportedAsTheRunIsThatItComesFrom() throws IOException {
    Path run =
        run("llama3", "{use: lora, lora_rank: 2, lora_alpha: 2, target_modules: [q_proj, k_proj]}");
    Path ofRun = folder.resolve("of-run");
    Path ofAdapter = folder.resolve("of-adapter");
    EvaluationTarget.Adapter adapter = new EvaluationTarget.Adapter(run.resolve("adapter"));
    for (String format :
        List.of("peft", "lora", "gguf-lora", "safetensors", "gguf-f16", "gguf-q8_0")) {
      host.experimentOf(run).export(run, "main", format, ofRun.resolve(format));
      exported(adapter, format, ofAdapter.resolve(format));

      assertThat(hashes(ofAdapter.resolve(format)))
          .as(format)
          .isEqualTo(hashes(ofRun.resolve(format)))
          .isNotEmpty();
    }
    exported(
        new EvaluationTarget.Adapter(ofRun.resolve("gguf-lora")),
        "lora",
        ofAdapter.resolve("lora"));
    assertThat(hashes(ofAdapter.resolve("lora"))).isEqualTo(hashes(ofRun.resolve("lora")));
  }

  private void exported(EvaluationTarget.Adapter adapter, String format, Path target) {
    host.experiment(file, List.of())
        .export(adapter, new ExportRequest(format, target), RunListener.NONE);
  }

  /** Of each file but those in which an export tells of itself. */
  private static Map<String, String> hashes(Path folder) throws IOException {
    Map<String, String> hashes = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path each : files.toList()) {
        hashes.put(each.getFileName().toString(), FileHash.of(each).sha256());
      }
    }
    hashes.keySet().removeAll(List.of("README.md", "merge.json"));
    return hashes;
  }

  @Test
  void thePretrainedModelIsExportedAsItIs() throws IOException {
    Path target = folder.resolve("base");
    EvaluationTarget base = new EvaluationTarget.Base();
    host.experiment(file, List.of())
        .export(base, new ExportRequest("gguf-f16", target), RunListener.NONE);
    String exported = "model.source=file:" + target.resolve("model-f16.gguf");
    assertThat(distance(base(List.of()), base(List.of(exported)))).isLessThan(2e-3);
    assertThatThrownBy(
            () ->
                host.experiment(file, List.of())
                    .export(base, new ExportRequest("lora", target), RunListener.NONE))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("no adapter that 'lora' could hold");
  }

  private List<Double> base(List<String> settings) {
    return host
        .experiment(file, settings)
        .evaluate(new EvaluationTarget.Base(), Split.TEST, RunListener.NONE)
        .evaluation()
        .predictions()
        .stream()
        .flatMap(prediction -> prediction.scores().stream())
        .toList();
  }

  @Test
  void anAdapterOfAnotherModelIsRefused() throws IOException {
    Path run = run("qwen2", "{use: lora, lora_rank: 2}");
    Path target = folder.resolve("of-qwen2");
    var unused = host.experimentOf(run).export(run, "main", "gguf-lora", target);
    assertThatThrownBy(
            () ->
                host.experiment(file, List.of("adapter=lora"))
                    .evaluate(
                        new EvaluationTarget.Adapter(target.resolve("adapter.gguf")),
                        Split.TEST,
                        RunListener.NONE))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContainingAll("adapter.gguf", "architecture 'qwen2'", "is of 'llama'");
  }

  @Test
  void whatLlamaCppCannotHoldIsRefused() throws IOException {
    TinyExperiment tiny = TinyExperiment.in(folder.resolve("encoder"));
    List<String> settings =
        List.of("selector=all", "baselines={}", "output_dir=" + folder.resolve("runs"));
    Path run = host.experiment(tiny.file(), settings).run(RunListener.NONE).folder();
    Path target = folder.resolve("encoder-gguf");

    assertThatThrownBy(
            () ->
                host.experimentOf(run)
                    .export(run, "main", "gguf-lora", target, OptionalInt.empty()))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("a head of");
    assertThat(target).doesNotExist();
  }
}
