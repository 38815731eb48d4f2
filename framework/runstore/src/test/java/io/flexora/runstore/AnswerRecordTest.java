package io.flexora.runstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.evaluate.Prediction;
import io.flexora.api.head.Answer;
import io.flexora.api.head.Head;
import io.flexora.api.run.FlexoraException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Answers of each kind as lines of predictions.jsonl. */
class AnswerRecordTest {

  private static final String CHOICE =
      "{\"example_id\":\"a:1\",\"label\":0,\"metrics\":{},\"predicted\":1,\"scores\":[-1.5,-0.5]}";

  @TempDir Path folder;

  private Path write(List<Prediction> predictions) throws IOException {
    Path file = folder.resolve("predictions.jsonl");
    try (OutputStream out = Files.newOutputStream(file)) {
      PredictionLines.write(predictions, out);
    }
    return file;
  }

  @Test
  void aChoiceIsWrittenAsBeforeThereWereOthers() throws IOException {
    Path file = write(List.of(new Prediction("a:1", 0, 1, List.of(-1.5, -0.5))));
    assertThat(Files.readString(file)).isEqualTo(CHOICE + "\n");
    assertThat(PredictionLines.read(file).get(0).as(Answer.Choice.class).predicted()).isEqualTo(1);
  }

  @Test
  void eachKindIsReadAsItWasWritten() throws IOException {
    List<Answer> answers =
        List.of(
            new Answer.Choice(0, 0, List.of()),
            new Answer.Numeric(2.5, OptionalDouble.of(3)),
            new Answer.Numeric(-1, OptionalDouble.empty()),
            new Answer.Labels(List.of(0.1, 0.9), List.of(1), List.of(0, 1)),
            new Answer.Tags(List.of("B-PER", "O"), List.of()),
            new Answer.Vectors(List.of(List.of(1.0, -2.0), List.of(0.5, 0.0))));
    List<Prediction> predictions =
        answers.stream()
            .map(answer -> new Prediction("a", answer, Optional.empty(), Map.of("m", 1.0)))
            .toList();
    assertThat(PredictionLines.read(write(predictions))).isEqualTo(predictions);
  }

  @Test
  void aLineWithoutAnAnswerIsRefusedByItsNumber() throws IOException {
    Path file = folder.resolve("cut.jsonl");
    Files.writeString(file, CHOICE + "\n{\"example_id\":\"a:2\",\"metrics\":{}}\n");
    assertThatThrownBy(() -> PredictionLines.read(file))
        .isInstanceOf(FlexoraException.class)
        .hasMessage(file + ":2 is not a prediction: key 'label' is missing");
  }

  @Test
  void aHeadIsKeptBesideTheTrainedNumbers() {
    Head.Saved number = new Head.Saved("number", List.of(), Map.of("mean", "2.5"));
    try (RunFolder run =
        RunFolder.create(folder, "run", LocalDateTime.of(2026, 1, 2, 3, 4), "name: x\n")) {
      run.cell("number").writeTheta(new float[] {1}, number);
      run.cell("classes").writeTheta(new float[] {1}, Head.Saved.of(Head.classes(2)));
      assertThat(run.cell("number").head()).contains(number);
      assertThat(run.cell("classes").head()).contains(Head.Saved.of(Head.classes(2)));
    }
  }

  @Test
  void parametersOfEqualRunsAreEqualFilesWhereverTheyAreWritten() throws IOException {
    List<byte[]> files = new ArrayList<>();
    for (String place : List.of("here", "there")) {
      try (RunFolder run =
          RunFolder.create(
              folder, place, LocalDateTime.of(2026, 1, 2, 3, 4), "output_dir: " + place)) {
        run.cell("main").writeTheta(new float[] {1, 2}, Head.Saved.of(Head.classes(2)));
        files.add(Files.readAllBytes(run.path().resolve("cells/main/theta.safetensors")));
      }
    }
    assertThat(files.get(0)).isEqualTo(files.get(1));
  }
}
