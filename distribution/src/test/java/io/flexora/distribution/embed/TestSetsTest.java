package io.flexora.distribution.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flexora.api.data.Split;
import io.flexora.api.evaluate.Prediction;
import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Progress;
import io.flexora.config.yaml.ConfigurationException;
import io.flexora.distribution.tiny.ClassHost;
import io.flexora.distribution.tiny.TinyExperiment;
import io.flexora.experiment.Experiment;
import io.flexora.experiment.RunOutcome;
import io.flexora.experiment.use.EvaluationTarget;
import io.flexora.experiment.use.ScoredModel;
import io.flexora.results.run.CellOutcome;
import io.flexora.results.run.TestSetOutcome;
import io.flexora.runstore.CellFolder;
import io.flexora.runstore.RunFolder;
import io.flexora.runstore.RunListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Further test sets of an experiment, from its configuration to its reports. */
class TestSetsTest {

  private static final String GLOSSES = "{use: wordnet, source: 'file:%s', train: 60, %s}";
  private static final String SCORES = "evaluator={use: classification, metrics: [nll, accuracy]}";
  private static final String TOLD_APART = "{use: classification, metrics: [accuracy, ood_auroc]}";
  private static final String TWO_CLASSES =
      """
      {"gloss": "a b", "supersense": "up"}
      {"gloss": "b c", "supersense": "down"}
      """;

  @TempDir static Path cache;
  @RegisterExtension static final ClassHost host = new ClassHost(() -> cache);

  @TempDir Path folder;

  private TinyExperiment experiment;
  private String same;
  private String far;

  @BeforeEach
  void start() throws IOException {
    experiment = TinyExperiment.in(folder);
    same = GLOSSES.formatted(folder, "validation: 40, test: 40");
    far = GLOSSES.formatted(folder, "validation: 30, test: 23");
  }

  private Experiment experiment(String... settings) {
    List<String> all = new ArrayList<>(List.of("selector=all", SCORES, "baselines={off: none}"));
    all.add("output_dir=" + folder.resolve("runs"));
    // The same type for the run and for what is evaluated alone, whatever a busy machine measures.
    all.add("model.compute_dtype=float32");
    all.addAll(List.of(settings));
    return host.experiment(experiment.file(), all);
  }

  private String both() {
    return "test_sets={same: {dataset: %s}, far: {dataset: %s, evaluator: classification}}"
        .formatted(same, far);
  }

  private String toldApart() {
    return "test_sets={same: {dataset: %s, evaluator: %s}, far: {dataset: %s, evaluator: %s}}"
        .formatted(same, TOLD_APART, far, TOLD_APART);
  }

  @Test
  void everyCellAndPosteriorIsEvaluatedOnThemAsEvaluateDoes() throws IOException {
    RunOutcome run = experiment(both(), "posteriors={scaled: temperature}").run(RunListener.NONE);
    assertThat(run.cells().keySet()).containsExactly("main", "main+scaled", "off", "off+scaled");
    for (Map.Entry<String, CellOutcome> cell : run.cells().entrySet()) {
      Map<String, TestSetOutcome> found = cell.getValue().testSets();
      assertThat(found).containsOnlyKeys("same", "far");
      // The same rows and the same evaluator as those of the test split.
      assertThat(found.get("same").metrics()).isEqualTo(cell.getValue().metrics());
      assertThat(found.get("same").deciding()).isEqualTo("nll");
      assertThat(found.get("far").metrics()).doesNotContainKey("nll");
      var predictions = RunFolder.readCell(run.folder(), cell.getKey()).testSets();
      assertThat(predictions.get("far")).hasSize(23);
      assertThat(predictions.get("same"))
          .isEqualTo(RunFolder.readCell(run.folder(), cell.getKey()).predictions());
    }
    ScoredModel alone =
        experiment("dataset=" + far, "evaluator=classification")
            .evaluate(
                new EvaluationTarget.Trained(run.folder(), "main"), Split.TEST, RunListener.NONE);
    assertThat(run.main().testSets().get("far").metrics()).isEqualTo(alone.evaluation().metrics());
    assertThat(RunFolder.readCell(run.folder(), "main").testSets().get("far"))
        .isEqualTo(alone.evaluation().predictions());
    assertThat(run.reports())
        .allSatisfy(report -> assertThat(report).content().contains("on the test set far"));
    assertThat(RunFolder.result(run.folder()).orElseThrow().main().outcome()).isEqualTo(run.main());
  }

  @Test
  void eachIsToldFromTheOwnExamplesByWhatTheCellSaysOfBoth() throws IOException {
    RunOutcome run =
        experiment(toldApart(), "posteriors={scaled: temperature}").run(RunListener.NONE);
    assertThat(run.cells().keySet()).containsExactly("main", "main+scaled", "off", "off+scaled");
    for (Map.Entry<String, CellOutcome> cell : run.cells().entrySet()) {
      requireToldApart(cell.getValue(), RunFolder.readCell(run.folder(), cell.getKey()));
    }
    assertThatThrownBy(() -> experiment("evaluator=" + TOLD_APART).check(RunListener.NONE))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("metric 'ood_auroc' does not fit the task")
        .hasMessageContaining("under 'test_sets'");
  }

  /** Own rows are not told from themselves, and others as a count of all pairs says. */
  private static void requireToldApart(CellOutcome outcome, CellFolder written) {
    assertThat(outcome.testSets().get("same").metrics().get("ood_auroc").value()).isEqualTo(0.5);
    List<Prediction> further = written.testSets().get("far");
    double lessSure = 0;
    // Of these rounding decides: rows that both have, in batches of other lengths.
    int nearlyEqual = 0;
    for (Prediction own : written.predictions()) {
      for (Prediction other : further) {
        double difference = entropy(other) - entropy(own);
        lessSure += (1 + Math.signum(difference)) / 2;
        nearlyEqual += Math.abs(difference) < 1e-9 ? 1 : 0;
      }
    }
    double pairs = (double) written.predictions().size() * further.size();
    assertThat(outcome.testSets().get("far").metrics().get("ood_auroc").value())
        .isCloseTo(lessSure / pairs, within(nearlyEqual / pairs / 2 + 1e-12))
        .isNotEqualTo(0.5);
  }

  private static double entropy(Prediction prediction) {
    double sum = prediction.scores().stream().mapToDouble(Math::exp).sum();
    return prediction.scores().stream()
        .mapToDouble(score -> -Math.exp(score) / sum * (score - Math.log(sum)))
        .sum();
  }

  @Test
  void whatIsLostIsMadeAgain() throws IOException {
    Experiment interrupted = experiment(toldApart());
    RunListener cancelling =
        new RunListener() {
          @Override
          public void progress(String cell, String phase, Progress progress) {
            if (phase.equals("evaluate") && progress.done() > 40) {
              assertThat(progress.total()).isEqualTo(40 + 40 + 23);
              interrupted.cancel();
            }
          }
        };
    assertThatThrownBy(() -> interrupted.run(cancelling)).isInstanceOf(CancelledException.class);
    Path folderOfRun = interrupted.folder().orElseThrow();
    RunOutcome whole = experiment(toldApart()).resume(folderOfRun, RunListener.NONE);
    requireToldApart(whole.main(), RunFolder.readCell(folderOfRun, "main"));
    Path file = folderOfRun.resolve("cells/main/test-sets.jsonl");
    String written = Files.readString(file);

    Files.writeString(file, written.replaceFirst("\n.*\n", "\n"));
    RunOutcome again = experiment(toldApart()).resume(folderOfRun, RunListener.NONE);
    assertThat(file).hasContent(written);
    assertThat(again.main().testSets()).isEqualTo(whole.main().testSets());
  }

  @Test
  void oneThatDoesNotFitTheTrainedModelIsRefusedBeforeAnythingRuns() throws IOException {
    Path rows = Files.writeString(folder.resolve("rows.jsonl"), TWO_CLASSES);
    refused(
        ("test_sets={other: {dataset: {use: files, test: 'file:%s'}, task: {use: classification,"
                + " text: gloss, label: supersense, classes: [down, up]}}}")
            .formatted(rows),
        "test set 'other' has the classes down, up, but the model is trained for the classes");
    refused(
        "test_sets={far: {dataset: %s, evaluator: {use: classification, metrics: [accuracy], deciding: f1}}}"
            .formatted(far),
        "'f1'");
    refused("test_sets={'a/b': {dataset: %s}}".formatted(far), "test set 'a/b' cannot name");
    String another =
        "test_sets={far: {dataset: %s, evaluator: {use: multiple_choice, metrics: %s}}}";
    refused(
        another.formatted(far, "[acc, ood_auroc]"),
        "evaluator 'multiple_choice' is to compare the test set with the own test examples, which"
            + " evaluator 'classification' scores");
    refused(another.formatted(far, "[f1]"), "metric 'f1' does not fit the task");
    experiment(another.formatted(far, "[acc]")).check(RunListener.NONE);
    refused(
        "test_sets={far: {dataset: %s, evaluator: {use: classification, metrics: [ece_p_value]}}}"
            .formatted(far),
        "the deciding metric, 'ece_p_value', does not say which of two models is the better one");
    assertThat(folder.resolve("runs")).doesNotExist();
  }

  private void refused(String testSets, String message) {
    assertThatThrownBy(() -> experiment(testSets).check(RunListener.NONE))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("--set test_sets");
  }
}
