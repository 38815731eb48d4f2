package io.flexora.distribution.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.api.data.Split;
import io.flexora.api.evaluate.Evaluation;
import io.flexora.api.evaluate.Prediction;
import io.flexora.config.yaml.ConfigurationException;
import io.flexora.distribution.tiny.Program;
import io.flexora.distribution.tiny.TinyExperiment;
import io.flexora.experiment.use.EvaluationTarget;
import io.flexora.experiment.use.GenerationRequest;
import io.flexora.host.FlexoraHost;
import io.flexora.runstore.RunListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Metrics of a plugin that measure generated texts, and numbers, against a field of the rows. */
class TargetMetricsTest {

  private static final Path MODEL =
      Path.of("../bundles/model-decoder/src/test/resources/tiny/llama3").toAbsolutePath();

  private static final String YAML =
      """
      name: targets
      device: cpu
      model: {use: decoder, source: "file:%1$s", compute_dtype: float32, max_tokens: 64}
      dataset: {use: files, train: "file:%2$s", validation: 1, test: "file:%3$s", duplicates: keep}
      task:
        use: multiple_choice
        doc_to_text: "{{question}}"
        doc_to_choice: ["1", "2", "3"]
        doc_to_target: "{{stars - 1}}"
        target: said
      adapter: {use: lora, lora_rank: 2}
      selector: {use: all}
      trainer: {use: gradient, max_steps: 2}
      evaluator:
        use: multiple_choice
        metrics: [exact_match, acc]
        generation: {max_new_tokens: 6}
      """;

  private static final int ROWS = 6;

  @TempDir static Path folder;
  private static FlexoraHost host;
  private static Path file;
  private static final List<Integer> STARS = new ArrayList<>();
  private static final List<String> TEXTS = new ArrayList<>();

  @BeforeAll
  static void writeRows() throws IOException {
    host = Program.host(folder);
    Path rows = folder.resolve("rows.jsonl");
    Path test = folder.resolve("test.jsonl");
    file = Files.writeString(folder.resolve("targets.yaml"), YAML.formatted(MODEL, rows, test));
    Files.writeString(rows, "{}\n");
    Files.writeString(test, "{}\n");
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      String question = "How many stars has number " + i + "?";
      GenerationRequest request =
          new GenerationRequest(
              GenerationRequest.turn(question, Optional.empty()),
              GenerationRequest.PromptForm.PLAIN,
              6,
              0,
              1,
              1);
      TEXTS.add(
          host.experiment(file, List.of())
              .generate(new EvaluationTarget.Base(), request, RunListener.NONE, piece -> {})
              .text());
      STARS.add(1 + i % 3);
      lines.add(
          new ObjectMapper()
              .writeValueAsString(
                  Map.of(
                      "question",
                      question,
                      "stars",
                      STARS.get(i),
                      "said",
                      i % 3 == 0 ? "something else" : TEXTS.get(i))));
    }
    Files.write(rows, lines);
    Files.write(test, lines);
  }

  @AfterAll
  static void close() {
    host.close();
  }

  private static Evaluation evaluate(String... settings) {
    return host.experiment(file, List.of(settings))
        .evaluate(new EvaluationTarget.Base(), Split.TEST, RunListener.NONE)
        .evaluation();
  }

  @Test
  void aGeneratedTextIsMeasuredAgainstTheTargetOfItsRow() {
    Evaluation evaluation = evaluate();
    assertThat(evaluation.predictions())
        .extracting(prediction -> prediction.text().orElseThrow())
        .isEqualTo(TEXTS);
    assertThat(evaluation.predictions())
        .extracting(prediction -> prediction.metrics().get("exact_match"))
        .containsExactly(0.0, 1.0, 1.0, 0.0, 1.0, 1.0);
    assertThat(evaluation.decisive().value()).isCloseTo(4 / 6.0, within(1e-12));
    assertThat(evaluation.deciding()).isEqualTo("exact_match");
    assertThat(evaluation.metrics()).containsKeys("exact_match", "acc");
  }

  @Test
  void aNumberIsMeasuredAgainstTheTargetOfItsRow() {
    Evaluation evaluation =
        evaluate("task.target=stars", "evaluator.metrics=[mean_absolute_error]");
    double sum = 0;
    for (int i = 0; i < ROWS; i++) {
      Prediction prediction = evaluation.predictions().get(i);
      assertThat(prediction.text()).isEmpty();
      double weights = 0;
      double expected = 0;
      for (int choice = 0; choice < 3; choice++) {
        double weight = Math.exp(prediction.scores().get(choice));
        weights += weight;
        expected += weight * (choice + 1);
      }
      sum += Math.abs(expected / weights - STARS.get(i));
    }
    assertThat(evaluation.decisive().value()).isCloseTo(sum / ROWS, within(1e-9));
    assertThat(evaluation.decisive().description().lowerIsBetter()).isTrue();
  }

  @Test
  void whatDoesNotFitIsRefusedBeforeAnythingRuns() throws IOException {
    assertThatThrownBy(() -> evaluate("evaluator.metrics=[mean_absolute_error]"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("metric 'mean_absolute_error' does not fit the task")
        .hasMessageContaining("is no number");
    TinyExperiment tiny = TinyExperiment.in(folder.resolve("encoder"));
    assertThatThrownBy(
            () ->
                host.experiment(tiny.file(), List.of("evaluator.metrics=[accuracy, exact_match]"))
                    .check(RunListener.NONE))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("metric 'exact_match' does not fit the task")
        .hasMessageContaining("the model cannot generate any");
  }
}
