package io.flexora.model.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.ability.FrozenMatrices;
import io.flexora.api.ability.TextEmbedder;
import io.flexora.api.gradient.Direction;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.Batch;
import io.flexora.api.model.ModelShape;
import io.flexora.api.plan.Point;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Seeds;
import io.flexora.transformers.token.TextOptions.Pooling;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Computes the published model bge-small-en-v1.5. */
class OnnxModelTest {
  private static final List<String> TEXTS =
      List.of(
          "The cat sat on the mat.",
          "A bilevel problem has an outer and an inner level, and each of them is solved by"
              + " gradient steps.",
          "Zürich’s naïve café: 3.14159 is about π.");

  // The numbers of ONNX Runtime 1.32 from Python on the same file.
  private static final float[][] CLS = {
    {0.283346f, -0.09886f, 0.027976f, 0.597068f},
    {-0.370452f, 0.054553f, 0.148201f, -0.086552f},
    {-0.075402f, 0.038641f, -0.357327f, 0.450015f}
  };
  private static final float[][] MEAN = {
    {0.327798f, -0.130213f, 0.20185f, 0.635027f},
    {-0.321566f, 0.111514f, 0.375347f, -0.147071f},
    {0.029769f, 0.08413f, -0.205034f, 0.330551f}
  };

  /** Texts of 1 to 34 words, which together are padded much. */
  private static List<String> manyTexts() {
    SplittableRandom random = new SplittableRandom(5);
    List<String> words = List.of("seed", "gradient", "of", "unrolled", "café", "layers", "42", "x");
    return IntStream.rangeClosed(0, 11)
        .mapToObj(n -> String.join(" ", random.ints(1 + 3 * n, 0, 8).mapToObj(words::get).toList()))
        .toList();
  }

  @Test
  void agreesWithOnnxRuntimeOnPaddedTexts() throws IOException {
    embeddingsAre(Pooling.CLS, CLS);
    embeddingsAre(Pooling.MEAN, MEAN);
  }

  private static void embeddingsAre(Pooling pooling, float[][] expected) throws IOException {
    OnnxBackend backend = Models.bge(pooling);
    List<Tokens> tokens = Models.tokens(backend, TEXTS, 2);
    try (BaseModel model = backend.load();
        NDManager scope = model.manager().newSubManager()) {
      NDArray embeddings = model.ability(TextEmbedder.class).orElseThrow().embed(scope, tokens);
      assertThat(embeddings.getShape().getShape()).containsExactly(3, 384);
      for (int text = 0; text < expected.length; text++) {
        for (int i = 0; i < expected[text].length; i++) {
          assertThat(embeddings.getFloat(text, i)).isCloseTo(expected[text][i], within(2e-5f));
        }
      }
    }
  }

  @Test
  void agreesWithTheEncoderThatTrains() throws IOException {
    for (Pooling pooling : Pooling.values()) {
      OnnxBackend onnx = Models.bge(pooling);
      var torch = Models.encoder(pooling);
      List<Tokens> tokens = Models.tokens(onnx, manyTexts(), 2);
      assertThat(tokens).usingRecursiveComparison().isEqualTo(Models.tokens(torch, manyTexts(), 2));
      try (BaseModel model = onnx.load();
          BaseModel other = torch.load();
          NDManager scope = model.manager().newSubManager()) {
        NDArray difference =
            model
                .ability(TextEmbedder.class)
                .orElseThrow()
                .embed(scope, tokens)
                .sub(other.ability(TextEmbedder.class).orElseThrow().embed(scope, tokens));
        assertThat(difference.abs().max().getFloat()).isLessThan(1e-4f);
      }
    }
  }

  @Test
  void saysWhatItCanAndCannotDo() throws IOException {
    OnnxBackend backend = Models.bge(Pooling.CLS);
    assertThat(backend.describe().abilities()).containsExactly(TextEmbedder.class);
    assertThatThrownBy(
            () -> backend.describe().require(FrozenMatrices.class, "selector 'weight-snr'"))
        .isInstanceOf(FlexoraException.class)
        .hasMessage(
            "selector 'weight-snr' needs a model that can read its frozen matrices, which this"
                + " model (onnx) cannot; use a model backend that can, or do without");
  }

  @Test
  void derivativesOfTheHeadAgreeWithFiniteDifferences() throws IOException {
    OnnxBackend backend = Models.bge(Pooling.CLS);
    try (BaseModel model = backend.load();
        AdaptedModel adapted = model.adapt(Models.plan(List.of(), 3));
        NDManager scope = model.manager().newSubManager()) {
      Batch batch = adapted.batch(scope, Models.tokens(backend, manyTexts(), 3));
      NDArray theta =
          adapted.initialTheta(scope, new Seeds(1)).toType(DataType.FLOAT64, false).mul(3);
      NDArray alpha = scope.zeros(new Shape(0), DataType.FLOAT64);
      NDArray u = direction(scope, Math.toIntExact(adapted.parameters().size()));
      NDArray ahead = theta.add(u.mul(1e-5));
      NDArray behind = theta.sub(u.mul(1e-5));

      LossGradient at = adapted.lossGradient(scope, batch, Point.of(theta));
      double slope = at.theta().mul(u).sum().getDouble();
      double measured =
          (adapted.loss(scope, batch, Point.of(ahead))
                  - adapted.loss(scope, batch, Point.of(behind)))
              / 2e-5;
      assertThat(slope).isCloseTo(measured, within(1e-7 * Math.abs(measured)));
      assertThat(at.loss()).isEqualTo(adapted.loss(scope, batch, Point.of(theta)));

      Direction product =
          adapted.hessianProduct(scope, batch, Point.of(theta, alpha), new Direction(u, alpha));
      NDArray change =
          adapted
              .lossGradient(scope, batch, Point.of(ahead))
              .theta()
              .sub(adapted.lossGradient(scope, batch, Point.of(behind)).theta())
              .div(2e-5);
      double error = product.theta().sub(change).norm().getDouble();
      assertThat(error).isLessThan(1e-6 * change.norm().getDouble());
      assertThat(product.alpha().size()).isZero();
    }
  }

  private static NDArray direction(NDManager scope, int size) {
    SplittableRandom random = new SplittableRandom(3);
    return scope.create(random.doubles(size, -1, 1).toArray());
  }

  @Test
  void aTrainedHeadLearnsAndRepeatsItselfBitForBit() throws IOException {
    OnnxBackend backend = Models.bge(Pooling.CLS);
    List<Tokens> tokens = Models.tokens(backend, manyTexts(), 2);
    try (BaseModel model = backend.load();
        AdaptedModel adapted = model.adapt(Models.plan(List.of(), 2));
        NDManager scope = model.manager().newSubManager()) {
      float[] first = train(adapted, scope, tokens);
      assertThat(train(adapted, scope, tokens)).containsExactly(first);
      Batch batch = adapted.batch(scope, tokens);
      NDArray start = adapted.initialTheta(scope, new Seeds(1));
      assertThat(adapted.loss(scope, batch, Point.of(scope.create(first))))
          .isLessThan(adapted.loss(scope, batch, Point.of(start)));
      double[][] scores = adapted.scores(scope, batch, Point.of(scope.create(first)));
      assertThat(scores).hasDimensions(12, 2);
      assertThat(Math.exp(scores[7][0]) + Math.exp(scores[7][1])).isCloseTo(1, within(1e-6));
    }
  }

  private static float[] train(AdaptedModel adapted, NDManager scope, List<Tokens> tokens) {
    NDArray theta = adapted.initialTheta(scope, new Seeds(1));
    for (int step = 0; step < 5; step++) {
      Batch batch = adapted.batch(scope, tokens);
      theta = theta.sub(adapted.lossGradient(scope, batch, Point.of(theta)).theta().mul(0.01));
    }
    return theta.toFloatArray();
  }

  @Test
  void describesTheModel() throws IOException {
    ModelShape shape = Models.bge(Pooling.CLS).describe();
    assertThat(shape.hiddenSize()).isEqualTo(384);
    assertThat(shape.frozenParameters()).isBetween(33_000_000L, 33_500_000L);
  }

  @Test
  void refusesToTrainLayers() throws IOException {
    try (BaseModel model = Models.bge(Pooling.CLS).load()) {
      assertThatThrownBy(() -> model.adapt(Models.plan(List.of(0, 3), 2)))
          .isInstanceOf(FlexoraException.class)
          .hasMessageContaining("cannot train layers [0, 3]")
          .hasMessageContaining("'encoder'");
    }
  }

  @Test
  void cutsLongTextsButNotTheirEndMark() throws IOException {
    OnnxBackend backend = Models.bge(Pooling.CLS);
    Tokens tokens = Models.tokens(backend, List.of("word ".repeat(300)), 2).get(0);
    assertThat(tokens.ids()).hasSize(128).startsWith(101).endsWith(102);
    assertThat(tokens.truncated()).isEqualTo(302 - 128);
  }
}
