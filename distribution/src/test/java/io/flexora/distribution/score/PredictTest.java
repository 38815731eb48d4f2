package io.flexora.distribution.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flexora.api.data.Row;
import io.flexora.api.data.Split;
import io.flexora.api.evaluate.Prediction;
import io.flexora.api.run.FlexoraException;
import io.flexora.distribution.tiny.Command;
import io.flexora.distribution.tiny.OneThread;
import io.flexora.distribution.tiny.Program;
import io.flexora.distribution.tiny.TinyExperiment;
import io.flexora.experiment.RunOutcome;
import io.flexora.experiment.use.EvaluationTarget;
import io.flexora.experiment.use.PredictedRow;
import io.flexora.experiment.use.QuestionRows;
import io.flexora.host.FlexoraHost;
import io.flexora.runstore.RunFolder;
import io.flexora.runstore.RunListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The model of a run is used where its data is gone. */
@ExtendWith(OneThread.class)
class PredictTest {

  @TempDir static Path folder;
  private static FlexoraHost host;
  private static RunOutcome run;
  private static EvaluationTarget main;
  private static List<Prediction> scored;
  private static List<Row> rows;

  @BeforeAll
  static void runAndRemoveTheData() throws IOException {
    TinyExperiment tiny = TinyExperiment.in(folder);
    host = Program.host(folder);
    run =
        host.experiment(
                tiny.file(),
                List.of("output_dir=" + folder.resolve("runs"), "model.compute_dtype=float32"))
            .run(RunListener.NONE);
    main = new EvaluationTarget.Trained(run.folder(), "main");
    scored =
        host.experimentOf(run.folder())
            .evaluate(main, Split.TEST, RunListener.NONE)
            .evaluation()
            .predictions();
    Map<String, String> glosses = new HashMap<>();
    for (String line : Files.readAllLines(folder.resolve("data.noun"))) {
      glosses.put("data.noun:" + line.substring(0, 8), line.substring(line.indexOf("| ") + 2));
    }
    rows =
        QuestionRows.ofTexts(
            scored.stream().map(prediction -> glosses.get(prediction.exampleId())).toList(),
            "gloss");
    Files.delete(folder.resolve("data.noun"));
  }

  @AfterAll
  static void close() {
    host.close();
  }

  @Test
  void answersAsTheEvaluationDid() {
    List<String> classes = RunFolder.readCell(run.folder(), "main").classes().orElseThrow();
    List<PredictedRow> predicted =
        host.experimentOf(run.folder()).predict(main, rows, RunListener.NONE);
    assertThat(predicted).hasSameSizeAs(scored);
    for (int i = 0; i < scored.size(); i++) {
      List<Double> scores = scored.get(i).scores();
      double sum = scores.stream().mapToDouble(Math::exp).sum();
      PredictedRow row = predicted.get(i);
      assertThat(row.row()).isEqualTo("text:" + (i + 1));
      assertThat(row.answers().get(0).text()).isEqualTo(classes.get(scored.get(i).predicted()));
      assertThat(row.answers()).hasSameSizeAs(classes);
      for (PredictedRow.PredictedAnswer answer : row.answers()) {
        assertThat(answer.probability())
            .isCloseTo(Math.exp(scores.get(classes.indexOf(answer.text()))) / sum, within(1e-6));
      }
    }
  }

  @Test
  void exportsWithTheNamesOfTheClasses() throws IOException {
    Path target = folder.resolve("onnx");
    host.experimentOf(run.folder()).export(run.folder(), "main", "onnx", target);
    assertThat(target.resolve("model.onnx")).isNotEmptyFile();
    assertThat(Files.readString(target.resolve("config.json")))
        .contains("\"id2label\"", "\"0\" : \"noun.Tops\"");
    host.experimentOf(run.folder()).export(run.folder(), "all", "peft", folder.resolve("peft"));
    assertThatThrownBy(
            () -> host.experimentOf(run.folder()).export(run.folder(), "main", "onyx", target))
        .isInstanceOf(FlexoraException.class)
        .hasMessage(
            "format 'onyx' (--to) is not known; did you mean 'onnx'? Known are lora, onnx, peft");
    // Which would be refused, since llama.cpp has no encoders with heads.
    assertThatThrownBy(
            () -> host.experimentOf(run.folder()).export(run.folder(), "main", "gguf", target))
        .isInstanceOf(FlexoraException.class)
        .hasMessage("format 'gguf' (--to) is not known; known are lora, onnx, peft");
  }

  @Test
  void theCommandAnswersTextsAndRows() throws Exception {
    String text = rows.get(0).fields().get("gloss").toString();
    Program.Outcome said = predict("--text", text, "--text", text);
    assertThat(said.err()).doesNotContain("error");
    assertThat(said.out().lines().map(line -> line.replaceFirst(" .*", "")))
        .containsSubsequence("ROW", "text:1", "text:2");

    Path asked =
        Files.writeString(
            folder.resolve("asked.jsonl"), "{\"gloss\": \"abc\"}\n\n{\"gloss\": \"def\"}\n");
    Path answers = folder.resolve("answers.jsonl");
    Program.Outcome written =
        predictHere("--input", asked.toString(), "--output", answers.toString());
    assertThat(written.code()).isZero();
    assertThat(Files.readAllLines(answers))
        .hasSize(2)
        .allMatch(line -> line.contains("\"probability\""))
        .element(1)
        .asString()
        .contains("asked.jsonl:3");
  }

  @Test
  void whatCannotBeAskedIsNamed() throws Exception {
    Path asked = Files.writeString(folder.resolve("wrong.jsonl"), "{\"glos\": \"abc\"}\n");
    assertThat(predictHere("--input", asked.toString()).err())
        .contains("wrong.jsonl:1 has no field 'gloss'; its fields are 'glos'");
    Files.writeString(asked, "{\"gloss\": \"abc\"}\nabc\n");
    Program.Outcome noJson = predictHere("--input", asked.toString());
    assertThat(noJson.code()).isEqualTo(2);
    assertThat(noJson.err()).contains("wrong.jsonl:2 is no JSON object: ");
    assertThat(predictHere("--input", folder.resolve("gone.jsonl").toString()).err())
        .contains("there is no file ");
    assertThat(predictHere().err()).contains("--text", "--input");
  }

  private static Program.Outcome predict(String... arguments) throws Exception {
    return Program.run(folder, words(arguments).toArray(String[]::new));
  }

  private static Program.Outcome predictHere(String... arguments) {
    return new Command(folder.resolve("cache")).run(words(arguments));
  }

  private static List<String> words(String... arguments) {
    List<String> words = new ArrayList<>(List.of("predict", run.folder().toString()));
    words.addAll(List.of(arguments));
    return words;
  }
}
