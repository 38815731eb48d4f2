package io.flexora.distribution.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flexora.api.data.Split;
import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.evaluate.Prediction;
import io.flexora.api.head.Answer;
import io.flexora.api.head.Head;
import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Progress;
import io.flexora.comparison.reading.ComparisonOutcome;
import io.flexora.distribution.resume.RunContents;
import io.flexora.distribution.tiny.OneThread;
import io.flexora.distribution.tiny.Program;
import io.flexora.distribution.tiny.TinyExperiment;
import io.flexora.experiment.Experiment;
import io.flexora.experiment.RunOutcome;
import io.flexora.experiment.use.EvaluationTarget;
import io.flexora.experiment.use.PredictedRow;
import io.flexora.experiment.use.PredictedRow.PredictedAnswer;
import io.flexora.experiment.use.QuestionRows;
import io.flexora.experiment.use.ScoredModel;
import io.flexora.host.FlexoraHost;
import io.flexora.results.comparison.DifferenceResult;
import io.flexora.results.comparison.GroupResult;
import io.flexora.results.run.CellAnswers;
import io.flexora.results.run.ClassScore;
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
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The shipped tasks that do not choose among classes, from a CSV file to a model in use. */
@ExtendWith(OneThread.class)
class TasksTest {

  private static final String REGRESSION = "task={use: regression, target: stars, loss: huber}";
  private static final String EMBEDDING = "task={use: embedding, query: text, positive: answer}";
  private static final String LABELS = "task={use: multi_label, labels: topics}";

  private static final String ENTITIES = "task=token_classification";

  @TempDir static Path folder;
  private static FlexoraHost host;

  @BeforeAll
  static void start() throws IOException {
    TinyExperiment.in(folder);
    host = Program.host(folder);
  }

  @AfterAll
  static void close() {
    host.close();
  }

  private static List<String> settings(String name, String... more) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "output_dir=" + folder.resolve(name),
                "dataset={use: files, train: 'file:%s', validation: 40, test: 60}"
                    .formatted(Program.HOME.resolve("config/reviews.csv")),
                "trainer={use: gradient, learning_rate: 0.02, max_steps: 12}",
                "model.compute_dtype=float32",
                "baselines={all: all}"));
    settings.addAll(List.of(more));
    return settings;
  }

  private static RunOutcome run(String name, String... more) {
    return host.experiment(folder.resolve("tiny.yaml"), settings(name, more)).run(RunListener.NONE);
  }

  private static List<PredictedRow> predicted(RunOutcome outcome, String... texts) {
    return host.experimentOf(outcome.folder())
        .predict(
            new EvaluationTarget.Trained(outcome.folder(), "main"),
            QuestionRows.ofTexts(List.of(texts), "text"),
            RunListener.NONE);
  }

  @Test
  void aNumberIsLearntAndPredictedInItsUnit() throws IOException {
    RunOutcome outcome = run("numbers", REGRESSION, "evaluator=regression");
    List<Prediction> said = RunFolder.readCell(outcome.folder(), "main").predictions();
    double squares = 0;
    for (Prediction prediction : said) {
      Answer.Numeric number = prediction.as(Answer.Numeric.class);
      assertThat(number.expected().orElseThrow()).isBetween(0.0, 5.0);
      squares += Math.pow(number.value() - number.expected().orElseThrow(), 2);
    }
    Map<String, MetricValue> metrics =
        RunFolder.result(outcome.folder()).orElseThrow().main().outcome().metrics();
    assertThat(metrics).containsOnlyKeys("pearson", "spearman", "mse", "rmse", "mae", "r2");
    assertThat(metrics.get("mse").value()).isCloseTo(squares / said.size(), within(1e-9));
    assertThat(said.get(0).metrics()).containsKeys("pearson", "spearman", "mse", "mae", "r2");

    PredictedAnswer answer = predicted(outcome, "The soup was cold.").get(0).answers().get(0);
    assertThat(Double.parseDouble(answer.text())).isBetween(-5.0, 10.0);
    assertThat(answer.probability()).isNaN();
    assertThat(outcome.folder().resolve("report.html")).isNotEmptyFile();
  }

  @Test
  void labelsAreGivenFromAThresholdThatIsKept() throws IOException {
    RunOutcome outcome = run("labels", LABELS, "evaluator=multi_label");
    Head.Saved head = RunFolder.readCell(outcome.folder(), "main").head().orElseThrow();
    assertThat(head.kind()).isEqualTo("labels");
    assertThat(head.settings()).containsEntry("label 0", "food").containsKey("threshold");
    double threshold = Double.parseDouble(head.settings().get("threshold"));
    List<Prediction> said = RunFolder.readCell(outcome.folder(), "main").predictions();
    double right = 0;
    double either = 0;
    for (Prediction prediction : said) {
      Answer.Labels labels = prediction.as(Answer.Labels.class);
      for (int label = 0; label < 4; label++) {
        assertThat(labels.predicted().contains(label))
            .isEqualTo(labels.scores().get(label) >= threshold);
        right += labels.predicted().contains(label) && labels.expected().contains(label) ? 2 : 0;
      }
      either += labels.predicted().size() + labels.expected().size();
    }
    EvaluationTarget main = new EvaluationTarget.Trained(outcome.folder(), "main");
    ScoredModel again =
        host.experimentOf(outcome.folder()).evaluate(main, Split.TEST, RunListener.NONE);
    assertThat(again.evaluation().decisive().name()).isEqualTo("micro_f1");
    assertThat(again.evaluation().decisive().value()).isCloseTo(right / either, within(1e-9));
    PredictedAnswer answer = predicted(outcome, "The soup was cold.").get(0).answers().get(0);
    assertThat(List.of(answer.text().split(", ")))
        .isSubsetOf("", "food", "place", "price", "service");
    requireSameAfterInterruption("labels-resumed", LABELS, "evaluator=multi_label");
    GroupResult group =
        compared("labels", "{use: multi_label, labels: topics}", "multi_label")
            .result()
            .groups()
            .get(0);
    assertThat(group.differences().findFirst().orElseThrow().overExamples()).isPresent();
  }

  @Test
  void entitiesAreFoundInWords() throws IOException {
    String data =
        "dataset={use: files, train: 'file:%s', validation: 40, test: 60}"
            .formatted(Program.HOME.resolve("config/entities.conll"));
    RunOutcome outcome =
        run("entities", data, ENTITIES, "evaluator=token_classification", "baselines={}");
    List<Prediction> said = RunFolder.readCell(outcome.folder(), "main").predictions();
    double right = 0;
    double all = 0;
    for (Prediction prediction : said) {
      Answer.Tags tags = prediction.as(Answer.Tags.class);
      assertThat(tags.predicted()).hasSameSizeAs(tags.expected());
      for (int i = 0; i < tags.expected().size(); i++) {
        right += tags.predicted().get(i).equals(tags.expected().get(i)) ? 1 : 0;
      }
      all += tags.expected().size();
    }
    Map<String, MetricValue> metrics =
        RunFolder.result(outcome.folder()).orElseThrow().main().outcome().metrics();
    assertThat(metrics).containsKeys("entity_f1", "entity_macro_f1", "strict_entity_f1");
    assertThat(metrics.get("tag_accuracy").value()).isCloseTo(right / all, within(1e-9));
    CellAnswers answers = RunFolder.readCell(outcome.folder(), "main").answers().orElseThrow();
    assertThat(answers.classes().stream().map(ClassScore::name))
        .containsExactly("LOC", "ORG", "PER");
    assertThat(answers.examples()).isNotEmpty();
    assertThat(
            predicted(outcome, "Ada met Bob.")
                .get(0)
                .answers()
                .get(0)
                .text()
                .replaceAll("\\[([^]]*) [A-Z]+]", "$1"))
        .isEqualTo("Ada met Bob.");
    requireSameAfterInterruption(
        "entities-resumed", data, ENTITIES, "evaluator=token_classification", "baselines={}");
  }

  @Test
  void textsAreEmbeddedAndSearched() throws IOException {
    RunOutcome outcome =
        run("vectors", EMBEDDING, "evaluator=embedding", "baselines={before: none}");
    List<Prediction> said = RunFolder.readCell(outcome.folder(), "main").predictions();
    assertThat(said.get(0).as(Answer.Vectors.class).texts()).hasSize(2);
    assertThat(said.get(0).metrics())
        .containsOnlyKeys("ndcg_at_10", "mrr_at_10", "recall_at_10", "map");
    assertThat(RunFolder.readCell(outcome.folder(), "before").outcome().orElseThrow())
        .satisfies(before -> assertThat(before.trainableParameters()).isZero())
        .satisfies(before -> assertThat(before.metrics()).containsKey("ndcg_at_10"));
    PredictedAnswer answer = predicted(outcome, "The soup was cold.").get(0).answers().get(0);
    assertThat(answer.text()).startsWith("[[").endsWith("]]");
    requireSameAfterInterruption(
        "vectors-resumed", EMBEDDING, "evaluator=embedding", "baselines={}");
    assertThatThrownBy(
            () ->
                run(
                    "accumulated",
                    EMBEDDING,
                    "evaluator=embedding",
                    "trainer.gradient_accumulation_steps=2"))
        .hasMessageContaining("trainer 'gradient' averages the gradients of 2 batches")
        .hasMessageContaining("gradient_accumulation_steps: 1");
    GroupResult group =
        compared("vectors", "{use: embedding, query: text, positive: answer}", "embedding")
            .result()
            .groups()
            .get(0);
    assertThat(group.metricName()).isEqualTo("ndcg at 10");
    assertThat(group.differences().findFirst().orElseThrow().overExamples()).isPresent();
  }

  @Test
  void theEvaluatorOfNumbersIsAdvised() {
    assertThatThrownBy(() -> run("advised", REGRESSION))
        .hasMessageContaining("no evaluator is written")
        .hasMessageContaining("regression");
    assertThatThrownBy(
            () ->
                run("classes", "task={use: classification, label: answer}", "evaluator=regression"))
        .hasMessageContaining("it needs a predicted number");
  }

  @Test
  void aRunThatWasInterruptedFindsTheSame() throws IOException {
    requireSameAfterInterruption("number-resumed", REGRESSION, "evaluator=regression");
  }

  private static void requireSameAfterInterruption(String name, String... task) throws IOException {
    List<String> settings = settings(name, task);
    settings.add("checkpoints.every_steps=1");
    Map<String, String> whole =
        RunContents.of(
            host.experiment(folder.resolve("tiny.yaml"), settings).run(RunListener.NONE).folder());
    Experiment experiment = host.experiment(folder.resolve("tiny.yaml"), settings);
    RunListener interrupting =
        new RunListener() {
          @Override
          public void progress(String cell, String phase, Progress progress) {
            if (phase.equals("train") && progress.done() == 5) {
              experiment.cancel();
            }
          }
        };
    assertThatThrownBy(() -> experiment.run(interrupting)).isInstanceOf(CancelledException.class);
    Path interrupted = experiment.folder().orElseThrow();
    RunContents.requireSame(
        host.experimentOf(interrupted).resume(interrupted, RunListener.NONE).folder(), whole, name);
  }

  @Test
  void rowsOfAComparisonAreTestedOnTheNumbersOfExamples() throws IOException {
    ComparisonOutcome outcome =
        compared("numbers", "{use: regression, target: stars}", "regression");
    GroupResult group = outcome.result().groups().get(0);
    assertThat(group.metricName()).isEqualTo("pearson");
    DifferenceResult difference = group.differences().findFirst().orElseThrow();
    assertThat(difference.examples()).hasValue(60);
    assertThat(difference.overExamples()).isPresent();
  }

  private static ComparisonOutcome compared(String name, String task, String evaluator)
      throws IOException {
    Path file = folder.resolve("compare-" + name + ".yaml");
    Files.writeString(
        file,
        """
        name: %1$s
        seeds: [1, 2]
        data_seed: 7
        device: cpu
        models:
          bert: {use: encoder, source: "file:%2$s/model.onnx", max_tokens: 24}
        tasks:
          reviews:
            dataset: {use: files, train: "file:%3$s", validation: 40, test: 60}
            task: %4$s
            evaluator: %5$s
        adapter: {use: lora, lora_rank: 2}
        trainer: {use: gradient, learning_rate: 0.02, max_steps: 6}
        baseline: all
        strategies:
          all: all
          frozen: none
        """
            .formatted(name, folder, Program.HOME.resolve("config/reviews.csv"), task, evaluator));
    return host.comparison(file, List.of("output_dir=" + folder.resolve("compare-" + name)))
        .run(RunListener.NONE);
  }
}
