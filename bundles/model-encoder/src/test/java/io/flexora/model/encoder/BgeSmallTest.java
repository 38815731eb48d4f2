package io.flexora.model.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.flexora.api.ability.TextEmbedder;
import io.flexora.api.gradient.Direction;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.head.Head;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.Point;
import io.flexora.api.run.Seeds;
import io.flexora.transformers.checkpoint.ComputeChoice;
import io.flexora.transformers.token.TextOptions.Pooling;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The expected numbers are those of ONNX Runtime 1.32 on the same file. */
class BgeSmallTest {
  private static final List<String> TEXTS =
      List.of(
          "The cat sat on the mat.",
          "A bilevel problem has an outer and an inner level, and each of them is solved by"
              + " gradient steps.",
          "Zürich’s naïve café: 3.14159 is about π.");

  private static final float[][] CLS = {
    {0.283346f, -0.09886f, 0.027976f, 0.597068f, -0.331326f, -0.044996f, 0.774027f, 0.837057f},
    {-0.370452f, 0.054553f, 0.148201f, -0.086552f, -0.760188f, 0.130869f, -0.044246f, 0.206124f},
    {-0.075402f, 0.038641f, -0.357327f, 0.450015f, 0.115009f, -0.569177f, -0.023135f, 0.404309f}
  };

  private static final float[][] MEAN = {
    {0.327798f, -0.130213f, 0.20185f, 0.635027f},
    {-0.321566f, 0.111514f, 0.375347f, -0.147071f},
    {0.029769f, 0.08413f, -0.205034f, 0.330551f}
  };

  @Test
  void readsTheTextsAsTheModelsTokenizerDoes() throws IOException {
    List<Tokens> tokens =
        BgeSmall.tokens(BgeSmall.backend(ComputeChoice.FLOAT32, Pooling.CLS), TEXTS);
    assertThat(tokens.get(2).ids())
        .containsExactly(
            101, 10204, 1521, 1055, 15743, 7668, 1024, 1017, 1012, 15471, 28154, 2003, 2055, 1170,
            1012, 102);
  }

  @Test
  void agreesWithOnnxRuntimeOnPaddedTexts() throws IOException {
    embeddingsAre(ComputeChoice.FLOAT32, Pooling.CLS, CLS, 2e-5f);
    embeddingsAre(ComputeChoice.FLOAT32, Pooling.MEAN, MEAN, 2e-5f);
    embeddingsAre(ComputeChoice.FLOAT64, Pooling.CLS, CLS, 2e-5f);
    embeddingsAre(ComputeChoice.BF16, Pooling.CLS, CLS, 4e-2f);
  }

  private static void embeddingsAre(
      ComputeChoice type, Pooling pooling, float[][] expected, float tolerance) throws IOException {
    EncoderBackend backend = BgeSmall.backend(type, pooling);
    List<Tokens> tokens = BgeSmall.tokens(backend, TEXTS);
    try (BaseModel model = backend.load();
        NDManager scope = model.manager().newSubManager()) {
      NDArray embeddings = model.ability(TextEmbedder.class).orElseThrow().embed(scope, tokens);
      for (int text = 0; text < expected.length; text++) {
        for (int i = 0; i < expected[text].length; i++) {
          double value =
              type == ComputeChoice.FLOAT64
                  ? embeddings.getDouble(text, i)
                  : embeddings.getFloat(text, i);
          assertThat((float) value).isCloseTo(expected[text][i], within(tolerance));
        }
      }
    }
  }

  @Test
  void descendsAlongItsGradient() throws IOException {
    EncoderBackend backend = BgeSmall.backend(ComputeChoice.FLOAT32, Pooling.CLS);
    List<Tokens> tokens = BgeSmall.tokens(backend, TEXTS);
    try (BaseModel model = backend.load();
        AdaptedModel adapted =
            model.adapt(
                new AdapterPlan(
                    Adapters.lora(8, 0),
                    IntStream.range(0, 12).boxed().toList(),
                    List.of("query", "value"),
                    Head.classes(2)));
        NDManager scope = model.manager().newSubManager()) {
      var batch = adapted.batch(scope, tokens);
      NDArray theta = adapted.initialTheta(scope, new Seeds(1));
      LossGradient first = adapted.lossGradient(scope, batch, Point.of(theta));
      assertThat(first.loss()).isBetween(0.3, 1.5);
      double squared = first.theta().square().sum().getFloat();
      double step = 1e-3;
      double after = adapted.loss(scope, batch, Point.of(theta.sub(first.theta().mul(step))));
      assertThat((first.loss() - after) / (step * squared)).isCloseTo(1, within(0.05));
    }
  }

  @Test
  void derivativesInBf16AreThoseOfFloat32ToItsPrecision() throws IOException {
    double[][] exact = derivatives(ComputeChoice.FLOAT32);
    double[][] rough = derivatives(ComputeChoice.BF16);
    for (int i = 0; i < exact.length; i++) {
      double[] e = exact[i];
      double[] r = rough[i];
      double difference =
          IntStream.range(0, e.length).mapToDouble(k -> (e[k] - r[k]) * (e[k] - r[k])).sum();
      double size = IntStream.range(0, e.length).mapToDouble(k -> e[k] * e[k]).sum();
      assertThat(Math.sqrt(difference / size)).isBetween(1e-5, 0.1);
    }
  }

  /** The gradients in theta and alpha, and a Hessian product's parts. */
  private static double[][] derivatives(ComputeChoice type) throws IOException {
    EncoderBackend backend = BgeSmall.backend(type, Pooling.CLS);
    List<Tokens> tokens = BgeSmall.tokens(backend, TEXTS);
    AdapterPlan plan =
        new AdapterPlan(
            Adapters.lora(8, 0),
            IntStream.range(0, 12).boxed().toList(),
            List.of("query", "value"),
            Head.classes(2));
    try (BaseModel model = backend.load();
        AdaptedModel adapted = model.adapt(plan);
        NDManager scope = model.manager().newSubManager()) {
      NDArray theta = random(scope, adapted.parameters().size(), 1, 0.05);
      NDArray alpha = random(scope, 12, 2, 0.5);
      Direction u = new Direction(random(scope, theta.size(), 3, 1), random(scope, 12, 4, 1));
      var batch = adapted.batch(scope, tokens);
      LossGradient g = adapted.lossGradient(scope, batch, Point.of(theta, alpha));
      Direction product = adapted.hessianProduct(scope, batch, Point.of(theta, alpha), u);
      return Stream.of(g.theta(), g.alpha().orElseThrow(), product.theta(), product.alpha())
          .map(a -> a.toType(DataType.FLOAT64, false).toDoubleArray())
          .toArray(double[][]::new);
    }
  }

  private static NDArray random(NDManager scope, long size, long seed, double scale) {
    double[] values = new SplittableRandom(seed).doubles(size, -scale, scale).toArray();
    return scope.create(values).toType(DataType.FLOAT32, false);
  }
}
