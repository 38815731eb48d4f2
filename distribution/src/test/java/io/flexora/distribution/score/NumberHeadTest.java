package io.flexora.distribution.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flexora.api.data.Row;
import io.flexora.api.data.Split;
import io.flexora.api.evaluate.Prediction;
import io.flexora.api.head.Answer;
import io.flexora.distribution.tiny.CompiledPlugin;
import io.flexora.distribution.tiny.Program;
import io.flexora.distribution.tiny.TinyExperiment;
import io.flexora.experiment.RunOutcome;
import io.flexora.experiment.use.EvaluationTarget;
import io.flexora.experiment.use.ScoredModel;
import io.flexora.host.FlexoraHost;
import io.flexora.runstore.CellFolder;
import io.flexora.runstore.RunFolder;
import io.flexora.runstore.RunListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stranger's bundle brings a task with a head that predicts a number, and a metric of it. */
class NumberHeadTest {

  private static final Path RESOURCES =
      Path.of("src/test/resources/io/flexora/distribution/score/number");
  private static final Path DECODER =
      Path.of("../bundles/model-decoder/src/test/resources/tiny/mistral").toAbsolutePath();

  @TempDir private static Path folder;
  private static FlexoraHost host;

  @BeforeAll
  static void start() throws IOException {
    Path plugins = Files.createDirectories(folder.resolve("plugins"));
    CompiledPlugin plugin = new CompiledPlugin("number", folder.resolve("build"));
    for (String source : List.of("M", "NumberTask", "NumberHead", "SquaredError")) {
      plugin.source(source, Files.readString(RESOURCES.resolve(source + ".txt")));
    }
    plugin.packTo(plugins.resolve("number.jar"));
    String posteriors = "flexora-posterior-basic.jar";
    Files.copy(Program.HOME.resolve("plugins").resolve(posteriors), plugins.resolve(posteriors));
    TinyExperiment.in(folder.resolve("data"));
    host =
        FlexoraHost.builder()
            .bundles(Program.HOME.resolve("bundles"))
            .pluginsFolder(plugins)
            .cache(folder.resolve("cache"))
            .start();
  }

  @AfterAll
  static void close() {
    host.close();
  }

  private static RunOutcome run(String name, String... more) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "output_dir=" + folder.resolve(name),
                "task={use: number, text: gloss}",
                "evaluator={use: classification, metrics: [squared_error]}",
                "trainer={use: gradient, learning_rate: 0.02, max_steps: 60}",
                "baselines={}",
                "checkpoints.every_steps=30"));
    settings.addAll(List.of(more));
    return host.experiment(folder.resolve("data/tiny.yaml"), settings).run(RunListener.NONE);
  }

  private static void requireNumbers(RunOutcome outcome) {
    Path run = outcome.folder();
    CellFolder cell = RunFolder.readCell(run, "main");
    assertThat(cell.head().orElseThrow().kind()).isEqualTo("number");
    assertThat(cell.head().orElseThrow().settings()).containsOnlyKeys("mean", "deviation");
    List<Prediction> predictions = cell.predictions();
    double sum = 0;
    for (Prediction prediction : predictions) {
      Answer.Numeric number = prediction.as(Answer.Numeric.class);
      sum += Math.pow(number.value() - number.expected().orElseThrow(), 2);
    }
    EvaluationTarget main = new EvaluationTarget.Trained(run, "main");
    ScoredModel again = host.experimentOf(run).evaluate(main, Split.TEST, RunListener.NONE);
    assertThat(again.evaluation().decisive().name()).isEqualTo("squared_error");
    assertThat(again.evaluation().decisive().value())
        .isCloseTo(sum / predictions.size(), within(1e-6 * sum));
    double deviation = Double.parseDouble(cell.head().orElseThrow().settings().get("deviation"));
    assertThat(sum / predictions.size())
        .as("squared error, and that of always the mean")
        .isLessThan(deviation * deviation);
    List<Row> rows = List.of(new Row("text:1", Map.of("gloss", "a small town by the sea")));
    assertThat(
            host.experimentOf(run)
                .predict(main, rows, RunListener.NONE)
                .get(0)
                .answers()
                .get(0)
                .text())
        .satisfies(text -> assertThat(Double.parseDouble(text)).isFinite());
  }

  @Test
  void anEncoderLearnsItWithASearchAndKeepsIt() throws IOException {
    RunOutcome outcome = run("encoder", "model.compute_dtype=float32");
    requireNumbers(outcome);
    Path target = folder.resolve("peft");
    host.experimentOf(outcome.folder()).export(outcome.folder(), "main", "peft", target);
    assertThat(Files.readString(target.resolve("adapter_config.json")))
        .contains("modules_to_save", "score");
    assertThatThrownBy(
            () ->
                host.experimentOf(outcome.folder())
                    .export(outcome.folder(), "main", "onnx", folder.resolve("onnx")))
        .hasMessageContaining("the head 'number' cannot be written as ONNX");
  }

  @Test
  void aDecoderLearnsIt() {
    requireNumbers(
        run(
            "decoder",
            "model={use: decoder, source: 'file:%s', tokenizer: 'file:%s', max_tokens: 24, compute_dtype: float32}"
                .formatted(DECODER, folder.resolve("data/tokenizer.json")),
            "selector={use: flexora, solver: {use: unrolled, inner_steps: 1}, outer_steps: 2}"));
  }

  @Test
  void whatIsForChoicesIsRefused() {
    assertThatThrownBy(() -> run("accuracy", "evaluator=classification"))
        .hasMessageContaining("which the head 'number' of the task does not give");
    assertThatThrownBy(() -> run("posterior", "posteriors={temperature: temperature}"))
        .hasMessageContaining("the head 'number' of the task chooses among none");
  }
}
