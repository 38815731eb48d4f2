package io.flexora.model.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.ability.TextEmbedder;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.Batch;
import io.flexora.api.model.ModelShape;
import io.flexora.api.plan.Point;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileHeadTest {
  private static final float[][] TABLE = {{0, 0}, {1, 2}, {-1, 0.5f}, {3, -2}};
  private static final float[][] HEAD = {{1, 0, -1}, {0.5f, 2, 0}};
  @TempDir Path folder;
  private OnnxBackend backend;

  @BeforeEach
  void writeModel() throws IOException {
    backend =
        Models.file(Files.write(folder.resolve("model.onnx"), TinyModel.withHead(TABLE, HEAD)));
  }

  private static double[] logProbabilities(int token) {
    double[] logits = new double[3];
    for (int c = 0; c < 3; c++) {
      logits[c] = TABLE[token][0] * HEAD[0][c] + TABLE[token][1] * HEAD[1][c];
    }
    double sum = Math.exp(logits[0]) + Math.exp(logits[1]) + Math.exp(logits[2]);
    return new double[] {
      logits[0] - Math.log(sum), logits[1] - Math.log(sum), logits[2] - Math.log(sum)
    };
  }

  @Test
  void scoresWithTheHeadOfTheFile() throws IOException {
    List<Tokens> texts = List.of(Models.tokens(0, 3, 1, 2, 3), Models.tokens(2, 3, 3));
    try (BaseModel model = backend.load();
        AdaptedModel adapted = model.adapt(Models.plan(List.of(), 3));
        NDManager scope = model.manager().newSubManager()) {
      NDArray theta = adapted.initialTheta(scope, new Seeds(1));
      assertThat(adapted.parameters().size()).isZero();
      assertThat(theta.size()).isZero();
      Batch batch = adapted.batch(scope, texts);
      double[][] scores = adapted.scores(scope, batch, Point.of(theta));
      assertThat(scores[0]).containsExactly(logProbabilities(1), within(1e-5));
      assertThat(scores[1]).containsExactly(logProbabilities(3), within(1e-5));
      LossGradient loss = adapted.lossGradient(scope, batch, Point.of(theta));
      assertThat(loss.loss())
          .isCloseTo(-(logProbabilities(1)[0] + logProbabilities(3)[2]) / 2, within(1e-5));
      assertThat(loss.theta().size()).isZero();
    }
  }

  @Test
  void embedsWithTheOutputBesideTheHead() throws IOException {
    try (BaseModel model = backend.load();
        NDManager scope = model.manager().newSubManager()) {
      NDArray embeddings =
          model
              .ability(TextEmbedder.class)
              .orElseThrow()
              .embed(scope, List.of(Models.tokens(0, 3, 3, 1)));
      assertThat(embeddings.toFloatArray()).containsExactly(3, -2);
    }
  }

  @Test
  void refusesATaskWithOtherClasses() throws IOException {
    try (BaseModel model = backend.load();
        AdaptedModel adapted = model.adapt(Models.plan(List.of(), 5));
        NDManager scope = model.manager().newSubManager()) {
      assertThatThrownBy(() -> adapted.batch(scope, List.of(Models.tokens(0, 5, 1))))
          .isInstanceOf(FlexoraException.class)
          .hasMessageContaining("3 classes")
          .hasMessageContaining("the task has 5");
    }
  }

  /** Without the input attention_mask, padding would be read as text. */
  @Test
  void computesEachTextByItselfWhereTheFileTakesNoMask() throws IOException {
    byte[] last = TinyModel.readingTheLastToken(TABLE, HEAD);
    List<Tokens> texts = List.of(Models.tokens(0, 3, 1, 2, 3), Models.tokens(2, 3, 2));
    try (BaseModel model = Models.file(Files.write(folder.resolve("last.onnx"), last)).load();
        AdaptedModel adapted = model.adapt(Models.plan(List.of(), 3));
        NDManager scope = model.manager().newSubManager()) {
      NDArray theta = adapted.initialTheta(scope, new Seeds(1));
      double[][] scores = adapted.scores(scope, adapted.batch(scope, texts), Point.of(theta));
      assertThat(scores[0]).containsExactly(logProbabilities(3), within(1e-5));
      assertThat(scores[1]).containsExactly(logProbabilities(2), within(1e-5));
    }
  }

  @Test
  void refusesLogitsOfTokens() throws IOException {
    byte[] each = TinyModel.scoringEachToken(TABLE, HEAD);
    try (BaseModel model = Models.file(Files.write(folder.resolve("each.onnx"), each)).load();
        AdaptedModel adapted = model.adapt(Models.plan(List.of(), 3));
        NDManager scope = model.manager().newSubManager()) {
      List<Tokens> texts = List.of(Models.tokens(0, 3, 1, 2));
      assertThatThrownBy(() -> adapted.batch(scope, texts))
          .isInstanceOf(FlexoraException.class)
          .hasMessageContaining("(1, 2, 3)")
          .hasMessageContaining("does not classify whole texts");
    }
  }

  @Test
  void describesTheFileWithoutItsWeights() throws IOException {
    ModelShape shape = backend.describe();
    assertThat(shape.layers()).isZero();
    assertThat(shape.hiddenSize()).isEqualTo(2);
    assertThat(shape.frozenParameters()).isEqualTo(8 + 6 + 1);
  }

  @Test
  void refusesAFileThatIsNoModel() throws IOException {
    Path cut = folder.resolve("cut.onnx");
    byte[] whole = TinyModel.withHead(TABLE, HEAD);
    Files.write(cut, java.util.Arrays.copyOf(whole, whole.length - 20));
    assertThatThrownBy(() -> Models.file(cut).load())
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining(cut.toString());
  }
}
