package io.flexora.distribution.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Event;
import io.flexora.api.run.Figure;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Phase;
import io.flexora.api.run.Progress;
import io.flexora.config.yaml.ConfigurationException;
import io.flexora.distribution.tiny.ClassHost;
import io.flexora.distribution.tiny.TinyExperiment;
import io.flexora.experiment.Experiment;
import io.flexora.experiment.RunOutcome;
import io.flexora.results.run.CellOutcome;
import io.flexora.runstore.CellFolder;
import io.flexora.runstore.RunFolder;
import io.flexora.runstore.RunListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Posteriors of an experiment, from its configuration to its reports. */
class PosteriorsTest {

  private static final String ALL =
      "posteriors={scaled: temperature, passes: {use: mc-dropout, samples: 3},"
          + " steps: {use: checkpoint-ensemble, members: 3, every: 2},"
          + " trainings: {use: deep-ensemble, members: 2},"
          + " sampled: {use: tfb, samples: 3, anchors: 20, steps: 4}}";
  private static final String METRICS =
      "evaluator={use: classification, metrics: [nll, accuracy, ece]}";

  @TempDir static Path cache;
  @RegisterExtension static final ClassHost host = new ClassHost(() -> cache);

  @TempDir Path folder;

  private TinyExperiment experiment;

  @BeforeEach
  void start() throws IOException {
    experiment = TinyExperiment.in(folder);
  }

  private Experiment experiment(String runs, String... settings) {
    List<String> all = new ArrayList<>(List.of("selector=all", METRICS));
    all.add("output_dir=" + folder.resolve(runs));
    all.addAll(List.of(settings));
    return host.experiment(experiment.file(), all);
  }

  @Test
  void eachIsACellBesideEachTrainedOne() throws IOException {
    RunOutcome outcome =
        experiment("runs", ALL, "baselines={two: {use: random, layers: 2}}").run(RunListener.NONE);
    assertThat(outcome.cells().keySet())
        .containsExactly(
            "main",
            "main+scaled",
            "main+passes",
            "main+steps",
            "main+trainings",
            "main+sampled",
            "two",
            "two+scaled",
            "two+passes",
            "two+steps",
            "two+trainings",
            "two+sampled");
    assertThat(outcome.cells()).allSatisfy((name, cell) -> assertThat(cell.failure()).isEmpty());
    CellOutcome main = outcome.main();
    CellOutcome scaled = outcome.cells().get("main+scaled");
    assertThat(scaled.metrics().get("accuracy")).isEqualTo(main.metrics().get("accuracy"));
    assertThat(scaled.metrics().get("nll")).isNotEqualTo(main.metrics().get("nll"));
    assertThat(scaled.figures()).containsOnlyKeys("temperature");
    assertThat(outcome.cells().get("main+steps").figures()).containsEntry("members", Figure.of(3));
    assertThat(outcome.cells().get("main+trainings").figures())
        .containsEntry("members", Figure.of(2));
    assertThat(outcome.cells().get("main+sampled").figures()).containsKey("sigma");
    assertThat(outcome.cells().values())
        .extracting(cell -> cell.metrics().get("nll").value())
        .doesNotHaveDuplicates();
    assertThat(outcome.cells().get("main+trainings").seconds(Phase.TRAIN))
        .isGreaterThan(main.seconds(Phase.TRAIN));
    assertThat(RunFolder.result(outcome.folder()).orElseThrow().baselines())
        .hasSize(outcome.cells().size() - 1)
        .containsKey("two+sampled");
    assertThat(outcome.reports())
        .allSatisfy(report -> assertThat(report).content().contains("main+trainings"));
    assertThatThrownBy(
            () ->
                experiment("runs", ALL)
                    .export(outcome.folder(), "main+scaled", "peft", folder.resolve("adapter")))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("cell 'main+scaled' is a posterior")
        .hasMessageContaining("name cell 'main'");
  }

  @Test
  void aRunThatWasInterruptedInAFurtherTrainingEndsWithTheSameNumbers() {
    String few =
        "posteriors={trainings: {use: deep-ensemble, members: 2}, steps: {use:"
            + " checkpoint-ensemble, members: 2, every: 3}}";
    Map<String, Map<String, ?>> whole =
        metrics(experiment("whole", few, "baselines={}").run(RunListener.NONE));
    Experiment interrupted = experiment("interrupted", few, "baselines={}");
    RunListener cancelling =
        new RunListener() {
          @Override
          public void progress(String cell, String phase, Progress progress) {
            if (cell.equals("main+trainings") && progress.done() == 4) {
              interrupted.cancel();
            }
          }
        };
    assertThatThrownBy(() -> interrupted.run(cancelling)).isInstanceOf(CancelledException.class);
    Path run = interrupted.folder().orElseThrow();
    assertThat(RunFolder.cells(run)).contains("main", "main+trainings");
    RunOutcome resumed =
        experiment("interrupted", few, "baselines={}").resume(run, RunListener.NONE);
    assertThat(metrics(resumed)).isEqualTo(whole);
  }

  private static Map<String, Map<String, ?>> metrics(RunOutcome outcome) {
    Map<String, Map<String, ?>> metrics = new LinkedHashMap<>();
    outcome.cells().forEach((name, cell) -> metrics.put(name, cell.metrics()));
    return metrics;
  }

  @Test
  void isMadeAgainIfItsModelIsTrainedAgain() throws IOException {
    String one = "posteriors={scaled: temperature}";
    RunOutcome first = experiment("runs", one, "baselines={}").run(RunListener.NONE);
    Path run = first.folder();
    try (RunFolder opened = RunFolder.open(run)) {
      opened
          .cell("main+scaled")
          .writeBase(new CellFolder.TrainedParameters("main", "0".repeat(64)));
    }
    Path theta = run.resolve("cells/main/theta.safetensors");
    byte[] bytes = Files.readAllBytes(theta);
    bytes[bytes.length - 1] ^= 1;
    Files.write(theta, bytes);

    RunOutcome again = experiment("runs", one, "baselines={}").resume(run, RunListener.NONE);
    assertThat(metrics(again)).isEqualTo(metrics(first));
    assertThat(Files.readString(run.resolve("events.jsonl")))
        .contains(Event.kind(Event.CellRestarted.class), "cell 'main' was trained again");
  }

  @Test
  void whatCannotBeMadeIsRefusedBeforeAnythingRuns() {
    refused(
        "posteriors={passes: mc-dropout}",
        "adapter={use: lora, lora_rank: 2}",
        "posterior 'passes' does not fit: the adapter is trained without dropout");
    refused(
        "posteriors={sampled: tfb}",
        "adapter={use: dora, lora_rank: 2}",
        "posterior 'sampled' does not fit: it moves the A of LoRA's product B A");
    refused(
        "posteriors={scaled: temperature}",
        "dataset.validation=0",
        "posterior 'scaled' does not fit: it is fitted to validation examples");
    refused(
        "posteriors={steps: {use: checkpoint-ensemble, every: 9}}",
        "baselines={}",
        "posterior 'steps' does not fit: it averages the parameters of every 9 steps");
    refused("posteriors={'a b': temperature}", "baselines={}", "posterior 'a b' cannot name");
    refused(
        "posteriors={scaled: temprature}", "baselines={}", "there is no posterior 'temprature'");
    assertThatCode(() -> experiment("runs", ALL).check(RunListener.NONE))
        .doesNotThrowAnyException();
    assertThat(folder.resolve("runs")).doesNotExist();
  }

  private void refused(String posteriors, String setting, String message) {
    assertThatThrownBy(() -> experiment("runs", posteriors, setting).check(RunListener.NONE))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("--set posteriors");
  }

  @Test
  void aTaskWhoseAnswersHaveNoAlternativesIsRefused() throws IOException {
    Path train =
        Files.writeString(
            folder.resolve("train.jsonl"),
            """
            {"instruction": "Name a colour.", "output": "red"}
            """);
    Path test =
        Files.writeString(
            folder.resolve("test.jsonl"),
            """
            {"instruction": "Name a number.", "output": "two"}
            """);
    Path file =
        Files.writeString(
            folder.resolve("answers.yaml"),
            """
            name: answers
            model: {use: decoder, source: "file:%s", compute_dtype: float32, max_tokens: 128, chat_template: alpaca}
            dataset: {use: files, train: "file:%s", validation: 0, test: "file:%s"}
            task: instruction
            adapter: {use: lora, lora_rank: 2}
            selector: all
            trainer: {use: gradient, max_steps: 2}
            evaluator: perplexity
            """
                .formatted(
                    Path.of("../bundles/model-decoder/src/test/resources/tiny/llama3")
                        .toAbsolutePath(),
                    train,
                    test));
    List<String> settings =
        List.of("output_dir=" + folder.resolve("runs"), "posteriors={more: deep-ensemble}");
    assertThatThrownBy(() -> host.experiment(file, settings).check(RunListener.NONE))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("has a single answer")
        .hasMessageContaining("--set posteriors");
  }

  @Test
  void aPosteriorThatFailsLeavesTheOthers() {
    RunOutcome outcome =
        experiment(
                "runs",
                "posteriors={steps: {use: checkpoint-ensemble, every: 9999}, scaled: temperature}",
                "trainer.max_steps=10000",
                "time_limit=1s",
                "baselines={}")
            .run(RunListener.NONE);
    assertThat(
            outcome.cells().entrySet().stream()
                .filter(cell -> cell.getValue().failure().isPresent())
                .collect(
                    Collectors.toMap(
                        Map.Entry::getKey, cell -> cell.getValue().failure().orElseThrow())))
        .containsOnlyKeys("main+steps")
        .allSatisfy(
            (name, failure) -> assertThat(failure).contains("the training ended before step 9999"));
  }
}
