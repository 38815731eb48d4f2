package io.flexora.distribution.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flexora.api.data.Row;
import io.flexora.api.head.Answer;
import io.flexora.api.run.FlexoraException;
import io.flexora.distribution.tiny.OneThread;
import io.flexora.distribution.tiny.Program;
import io.flexora.distribution.tiny.TinyExperiment;
import io.flexora.experiment.use.EvaluationTarget;
import io.flexora.experiment.use.GeneratedText;
import io.flexora.experiment.use.GenerationRequest;
import io.flexora.experiment.use.GenerationRequest.PromptForm;
import io.flexora.experiment.use.LoadedModel;
import io.flexora.experiment.use.LoadedModel.Limits;
import io.flexora.experiment.use.PredictedRow;
import io.flexora.experiment.use.QuestionRows;
import io.flexora.host.FlexoraHost;
import io.flexora.runstore.RunListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A model that stays loaded answers as one that is loaded for each call. */
@ExtendWith(OneThread.class)
class LoadedModelTest {

  private static final int CALLERS = 8;

  @TempDir static Path folder;
  private static FlexoraHost host;
  private static Path run;
  private static List<String> texts;

  @BeforeAll
  static void train() throws IOException {
    TinyExperiment tiny = TinyExperiment.in(folder);
    host = Program.host(folder);
    run =
        host.experiment(
                tiny.file(),
                List.of(
                    "output_dir=" + folder.resolve("runs"),
                    "model.compute_dtype=float32",
                    "selector=all",
                    "baselines={other: {use: random, layers: 2}}"))
            .run(RunListener.NONE)
            .folder();
    texts =
        Files.readAllLines(folder.resolve("data.noun")).stream()
            .map(line -> line.substring(line.indexOf("| ") + 2))
            .limit(20)
            .toList();
    Files.delete(folder.resolve("data.noun"));
  }

  @AfterAll
  static void close() {
    host.close();
  }

  private static List<PredictedRow> predicted(String cell, List<Row> rows) {
    return host.experimentOf(run)
        .predict(new EvaluationTarget.Trained(run, cell), rows, RunListener.NONE);
  }

  private static List<Row> rows(List<String> asked) {
    return QuestionRows.ofTexts(asked, "gloss");
  }

  @Test
  void theNumbersAreThoseOfACallToTheBit() {
    try (LoadedModel model = host.load(run, "main")) {
      assertThat(model.textField()).contains("gloss");
      assertThat(model.classes()).hasSizeGreaterThan(2);
      assertThat(model.predicts()).isTrue();
      assertThat(model.generates()).isFalse();
      List<PredictedRow> whole = predicted("main", rows(texts));
      for (int round = 0; round < 3; round++) {
        assertThat(model.predict(rows(texts)).rows()).isEqualTo(whole);
      }
      List<PredictedRow> alone = predicted("main", rows(texts.subList(0, 1)));
      LoadedModel.Predictions one = model.predictTexts(texts.subList(0, 1));
      assertThat(one.rows()).isEqualTo(alone);
      assertThat(one.tokens()).isEqualTo(model.tokens(texts.get(0)).size());
      assertThatThrownBy(() -> model.predict(List.of(new Row("row", Map.of("glos", "a")))))
          .isInstanceOf(FlexoraException.class)
          .hasMessageContaining("row has no field 'gloss'");
      assertThatThrownBy(() -> model.embed(texts)).hasMessageContaining("gives no vectors");
    }
  }

  @Test
  void callersThatAskTogetherGetTheirOwnAnswers() throws Exception {
    List<PredictedRow> whole = predicted("main", rows(texts));
    ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
    try (LoadedModel model = host.load(run, "main");
        LoadedModel all = model.beside(new EvaluationTarget.Trained(run, "other"))) {
      List<Future<List<PredictedRow>>> asked = new ArrayList<>();
      for (int i = 0; i < 10 * texts.size(); i++) {
        String text = texts.get(i % texts.size());
        asked.add(callers.submit(() -> model.predictTexts(List.of(text)).rows()));
      }
      Future<List<PredictedRow>> other = callers.submit(() -> all.predict(rows(texts)).rows());
      for (int i = 0; i < asked.size(); i++) {
        requireClose(asked.get(i).get().get(0), whole.get(i % texts.size()));
      }
      assertThat(other.get()).isEqualTo(predicted("other", rows(texts)));
      assertThat(model.waiting()).isZero();
    } finally {
      callers.shutdown();
    }
  }

  private static void requireClose(PredictedRow found, PredictedRow expected) {
    assertThat(found.answers()).hasSameSizeAs(expected.answers());
    IntStream.range(0, expected.answers().size())
        .forEach(
            i ->
                assertThat(found.answers().get(i).probability())
                    .isCloseTo(expected.answers().get(i).probability(), within(1e-6)));
  }

  @Test
  void theLastOnTheWeightsFreesThem() {
    LoadedModel model = host.load(run, "main");
    LoadedModel all = model.beside(new EvaluationTarget.Trained(run, "other"));
    assertThatThrownBy(() -> model.beside(new EvaluationTarget.Trained(run, "none")))
        .isInstanceOf(FlexoraException.class);
    model.close();
    model.close();
    assertThatThrownBy(() -> model.predictTexts(texts)).hasMessageContaining("was closed");
    assertThat(all.predictTexts(texts).rows()).hasSameSizeAs(texts);
    assertThatThrownBy(() -> host.plugins().uninstall("flexora-selector-fixed"))
        .hasMessageContaining("plugins that are in use stay as they are");
    all.close();
    assertThatThrownBy(() -> all.predictTexts(texts)).hasMessageContaining("was closed");
    assertThatThrownBy(() -> host.load(run, "none")).isInstanceOf(FlexoraException.class);
  }

  @Test
  void vectorsOfTextsAreThoseOfAPrediction() {
    Path vectors =
        host.experiment(
                folder.resolve("tiny.yaml"),
                List.of(
                    "output_dir=" + folder.resolve("vectors"),
                    "dataset={use: files, train: 'file:%s', validation: 40, test: 60}"
                        .formatted(Program.HOME.resolve("config/reviews.csv")),
                    "task={use: embedding, query: text, positive: answer}",
                    "evaluator=embedding",
                    "model.compute_dtype=float32",
                    "trainer={use: gradient, learning_rate: 0.02, max_steps: 2}",
                    "selector=all",
                    "baselines={}"))
            .run(RunListener.NONE)
            .folder();
    List<PredictedRow> words =
        host.experimentOf(vectors)
            .predict(
                new EvaluationTarget.Trained(vectors, "main"),
                QuestionRows.ofTexts(texts, "text"),
                RunListener.NONE);
    try (LoadedModel model = host.load(vectors, "main")) {
      assertThat(model.embeds()).isTrue();
      assertThat(model.predicts()).isFalse();
      LoadedModel.Embeddings embedded = model.embed(texts);
      for (int i = 0; i < texts.size(); i++) {
        float[] vector = embedded.vectors().get(i);
        List<Double> numbers =
            IntStream.range(0, vector.length).mapToObj(n -> (double) vector[n]).toList();
        assertThat(new Answer.Vectors(List.of(numbers)).words())
            .isEqualTo(words.get(i).answers().get(0).text());
      }
    }
  }

  @Test
  void textIsStreamedAndEndsWhereItIsToldTo() {
    Path decoder =
        Path.of("../bundles/model-decoder/src/test/resources/tiny/llama3").toAbsolutePath();
    String yaml =
        """
        name: text
        device: cpu
        model: {use: decoder, source: "file:%s", compute_dtype: float32, max_tokens: 64}
        dataset: {use: files, train: "file:none.jsonl", validation: 1, test: 1}
        task: {use: instruction}
        adapter: {use: lora, lora_rank: 2}
        selector: {use: all}
        trainer: {use: gradient, max_steps: 2}
        evaluator: perplexity
        """
            .formatted(decoder);
    GenerationRequest request = request(List.of());
    GeneratedText said =
        host.experiment(yaml, "text", List.of())
            .generate(new EvaluationTarget.Base(), request, RunListener.NONE, piece -> {});
    assertThat(said.text()).hasSizeGreaterThan(3);
    try (LoadedModel model =
        host.experiment(yaml, "text", List.of())
            .load(new EvaluationTarget.Base(), Limits.USUAL, RunListener.NONE)) {
      StringBuilder pieces = new StringBuilder();
      GeneratedText again = model.generate(request, pieces::append);
      assertThat(again.text()).isEqualTo(said.text()).isEqualTo(pieces.toString());
      assertThat(again.tokens()).isEqualTo(said.tokens());
      assertThat(model.generates()).isTrue();

      String stop = said.text().substring(2, 4);
      GeneratedText cut = model.generate(request(List.of(stop)), piece -> {});
      assertThat(cut.text()).isEqualTo(said.text().substring(0, said.text().indexOf(stop)));
      assertThat(cut.finished()).isTrue();
      assertThatThrownBy(
              () ->
                  model.generate(
                      request,
                      piece -> {
                        throw new IllegalStateException("gone");
                      }))
          .hasMessage("gone");
      assertThat(model.generate(request, piece -> {}).text()).isEqualTo(said.text());
    }
    try (LoadedModel model =
        host.experiment(yaml, "text", List.of())
            .load(
                new EvaluationTarget.Base(),
                new Limits(1, Duration.ZERO, 1, Duration.ofNanos(1)),
                RunListener.NONE)) {
      assertThatThrownBy(() -> model.generate(request, piece -> {}))
          .isInstanceOf(LoadedModel.TooLateException.class);
    }
  }

  private static GenerationRequest request(List<String> stops) {
    return new GenerationRequest(
        GenerationRequest.turn("How many stars?", Optional.empty()),
        PromptForm.PLAIN,
        12,
        0,
        1,
        1,
        stops);
  }
}
