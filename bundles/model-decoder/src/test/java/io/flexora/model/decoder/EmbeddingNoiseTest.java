package io.flexora.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.ability.NoisyEmbeddings;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.head.Head;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.Batch;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.Point;
import io.flexora.formats.safetensors.SafetensorsModel;
import io.flexora.formats.safetensors.SafetensorsWriter;
import io.flexora.formats.safetensors.Tensor;
import io.flexora.formats.safetensors.TensorInfo;
import io.flexora.numerics.transformer.ArrayValues;
import io.flexora.transformers.batch.EmbeddingNoise;
import io.flexora.transformers.batch.TokenTrees;
import io.flexora.transformers.checkpoint.ComputeChoice;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training step with noise is one without it on a model whose embeddings have the noise. */
class EmbeddingNoiseTest {

  private static final int HIDDEN = 32;
  private static final List<String> MODULES = List.of("q_proj", "v_proj");

  @TempDir private Path folder;

  /** No token is there twice, so each has a row of the embedding to itself. */
  private static List<Tokens> examples() {
    return List.of(
        TinyModel.question(new int[] {5, 9, 14, 21}, List.of(new int[] {30, 41}), 0),
        TinyModel.question(new int[] {7, 11}, List.of(new int[] {52, 60, 77, 83, 90}), 0));
  }

  private static final class Numbers {
    private final double loss;
    private final double[] gradient;

    Numbers(double loss, double[] gradient) {
      this.loss = loss;
      this.gradient = gradient;
    }
  }

  private static Numbers numbers(Path source, int maxBatchTokens, long seed, double alpha)
      throws IOException {
    try (BaseModel base =
            new TinyModel(source).backend(ComputeChoice.FLOAT64, 0, maxBatchTokens).load();
        AdaptedModel model =
            base.adapt(new AdapterPlan(Lora.method(0), List.of(1, 2), MODULES, Head.NONE));
        NDManager scope = base.manager().newSubManager()) {
      assertThat(model.ability(NoisyEmbeddings.class)).isPresent();
      NDArray theta = scope.create(Lora.theta(model.parameters(), MODULES, 0.3, 0.2));
      Batch batch = model.batch(scope, examples());
      Point point = Point.of(theta).withEmbeddingNoise(alpha);
      double plain = model.loss(scope, batch, point);
      assertThat(model.lossGradient(scope, batch, point).loss()).isCloseTo(plain, within(1e-12));
      LossGradient found = model.lossGradient(scope, batch, point.withDropout(seed));
      return new Numbers(found.loss(), ArrayValues.of(found.theta()));
    }
  }

  /** Adds the noise of the examples to the rows of their tokens. */
  private void write(Path source, long seed, double alpha) throws IOException {
    TokenTrees trees = TokenTrees.of(examples(), false, false);
    float[] noise = EmbeddingNoise.of(trees, HIDDEN, alpha, seed, 0);
    List<Tensor> tensors = new ArrayList<>();
    try (SafetensorsModel files = SafetensorsModel.open(source)) {
      for (TensorInfo info : files.tensors()) {
        float[] values = new float[(int) info.size()];
        files.readFloats(info.name(), 0, FloatBuffer.wrap(values));
        if (info.name().equals("model.embed_tokens.weight")) {
          for (int i = 0; i < noise.length; i++) {
            values[(int) trees.ids()[i / HIDDEN] * HIDDEN + i % HIDDEN] += noise[i];
          }
        }
        tensors.add(Tensor.of(info.name(), info.shape(), values));
      }
    }
    SafetensorsWriter.write(
        folder.resolve(SafetensorsModel.SINGLE), tensors, SafetensorsWriter.PYTORCH);
    Files.copy(source.resolve("config.json"), folder.resolve("config.json"));
  }

  @Test
  void isAddedToTheEmbeddings() throws IOException {
    Path source = TinyModel.named("llama3").folder();
    write(source, 8, 15);
    Numbers noisy = numbers(source, 1024, 8, 15);
    Numbers same = numbers(folder, 1024, 8, 0);
    assertThat(noisy.loss).isCloseTo(same.loss, within(1e-6));
    assertThat(noisy.gradient).containsExactly(same.gradient, within(1e-6));
    assertThat(noisy.loss).isNotCloseTo(numbers(source, 1024, 8, 0).loss, within(1e-3));
  }

  @Test
  void isAFunctionOfTheSeedAlone() throws IOException {
    Path source = TinyModel.named("llama3").folder();
    Numbers whole = numbers(source, 1024, 8, 15);
    assertThat(numbers(source, 1024, 8, 15).gradient).containsExactly(whole.gradient);
    assertThat(numbers(source, 7, 8, 15).gradient).containsExactly(whole.gradient, within(1e-10));
    assertThat(numbers(source, 1024, 9, 15).loss).isNotCloseTo(whole.loss, within(1e-6));
  }

  /** Uniform within ± 5 / sqrt(L d), so of the variance of that. */
  @Test
  void isSmallerInLongerExamples() {
    TokenTrees trees = TokenTrees.of(examples(), false, false);
    double[] squares = new double[2];
    double[] greatest = new double[2];
    for (int seed = 0; seed < 200; seed++) {
      float[] noise = EmbeddingNoise.of(trees, HIDDEN, 5, seed, 0);
      for (int i = 0; i < noise.length; i++) {
        int example = trees.scatter()[i / HIDDEN] < trees.longest() ? 0 : 1;
        squares[example] += noise[i] * noise[i];
        greatest[example] = Math.max(greatest[example], Math.abs(noise[i]));
      }
    }
    int[] tokens = tokens(trees);
    for (int e = 0; e < 2; e++) {
      double most = 5 / Math.sqrt(tokens[e] * HIDDEN);
      assertThat(greatest[e]).isBetween(0.999 * most, most);
      assertThat(squares[e] / (200 * tokens[e] * HIDDEN))
          .isCloseTo(most * most / 3, within(0.03 * most * most / 3));
    }
    assertThat(tokens[0]).isLessThan(tokens[1]);
  }

  private static int[] tokens(TokenTrees trees) {
    int[] tokens = new int[2];
    for (long place : trees.scatter()) {
      tokens[(int) (place / trees.longest())]++;
    }
    return tokens;
  }
}
