package io.flexora.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.gradient.Direction;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.head.Head;
import io.flexora.api.head.Objective;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.Batch;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.Point;
import io.flexora.numerics.transformer.ArrayValues;
import io.flexora.transformers.checkpoint.ComputeChoice;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Attention that holds no number for each pair of tokens gives what plain products give. A text of
 * less than 256 tokens is computed by plain products alone, and without the pairs in a batch with a
 * longer one.
 */
class LongTextsTest {

  private static final List<String> MODULES = List.of("q_proj", "v_proj");
  private static final double STEP = 1e-5;

  /** Gemma 3 has layers that see a window alone, Gemma 2 bounds its scores, and keeps the pairs. */
  @ParameterizedTest
  @CsvSource({
    "qwen3, 0, false",
    "qwen3, 3, true",
    "gemma3, 2, false",
    "gemma3, 0, true",
    "gemma2, 0, false",
    "llama-linear, 3, false"
  })
  void computesWhatPlainProductsDo(String name, int segments, boolean allChoices)
      throws IOException {
    SplittableRandom random = new SplittableRandom(5);
    Tokens brief = question(random, 40, 70);
    Tokens longer = question(random, 200, 80);
    Objective objective = allChoices ? Objective.CHOICES : Objective.ANSWER;
    try (BaseModel model =
            TinyModel.named(name).backend(ComputeChoice.FLOAT64, segments, 4096).load();
        AdaptedModel adapted =
            model.adapt(
                new AdapterPlan(Lora.method(0), List.of(0, 2), MODULES, Head.NONE, objective));
        NDManager scope = model.manager().newSubManager()) {
      NDArray theta = scope.create(Lora.theta(adapted.parameters(), MODULES, 0.3, 0.2));
      Point point = Point.of(theta, scope.create(new double[] {0.2, -0.1}));
      double[] alone = summed(adapted, scope, point, List.of(brief));
      double[] other = summed(adapted, scope, point, List.of(longer));
      double[] together = summed(adapted, scope, point, List.of(brief, longer));
      for (int i = 0; i < alone.length; i++) {
        double sum = alone[i] + other[i];
        assertThat(together[i]).isCloseTo(sum, within(1e-12 * Math.max(1, Math.abs(together[0]))));
      }
      double[] scores = adapted.scores(scope, adapted.batch(scope, List.of(brief)), point)[0];
      double[] found =
          adapted.scores(scope, adapted.batch(scope, List.of(brief, longer)), point)[0];
      for (int i = 0; i < scores.length; i++) {
        assertThat(found[i]).isCloseTo(scores[i], within(1e-12 * Math.abs(scores[i])));
      }
    }
  }

  /** The loss and its gradient in theta and alpha, all times the terms that they are means of. */
  private static double[] summed(
      AdaptedModel adapted, NDManager scope, Point point, List<Tokens> examples) {
    Batch batch = adapted.batch(scope, examples);
    LossGradient found = adapted.lossGradient(scope, batch, point);
    return joined(found.loss(), found.theta(), found.alpha().orElseThrow())
        .map(value -> value * batch.terms())
        .toArray();
  }

  private static DoubleStream joined(double first, NDArray... arrays) {
    return DoubleStream.concat(
        DoubleStream.of(first),
        Arrays.stream(arrays).flatMapToDouble(array -> Arrays.stream(ArrayValues.of(array))));
  }

  /** The product holds the pairs, the gradient does not. */
  @ParameterizedTest
  @CsvSource({"qwen3, 0, false", "qwen3, 3, true", "gemma3, 0, false"})
  void theHessianIsThatOfTheSameLoss(String name, int segments, boolean allChoices)
      throws IOException {
    Objective objective = allChoices ? Objective.CHOICES : Objective.ANSWER;
    try (BaseModel model =
            TinyModel.named(name).backend(ComputeChoice.FLOAT64, segments, 4096).load();
        AdaptedModel adapted =
            model.adapt(
                new AdapterPlan(Lora.method(0), List.of(0, 2), MODULES, Head.NONE, objective));
        NDManager scope = model.manager().newSubManager()) {
      Batch batch = adapted.batch(scope, List.of(question(new SplittableRandom(5), 200, 80)));
      NDArray theta = scope.create(Lora.theta(adapted.parameters(), MODULES, 0.3, 0.2));
      NDArray alpha = scope.create(new double[] {0.2, -0.1});
      Direction along = new Direction(theta.mul(7).sin(), alpha.cos());
      Direction product = adapted.hessianProduct(scope, batch, Point.of(theta, alpha), along);
      double[] exact = joined(0, product.theta(), product.alpha()).toArray();
      double[] ahead = gradient(adapted, scope, batch, theta, alpha, along, STEP);
      double[] behind = gradient(adapted, scope, batch, theta, alpha, along, -STEP);
      double largest = Arrays.stream(exact).map(Math::abs).max().orElseThrow();
      for (int i = 0; i < exact.length; i++) {
        assertThat((ahead[i] - behind[i]) / (2 * STEP)).isCloseTo(exact[i], within(1e-5 * largest));
      }
    }
  }

  private static double[] gradient(
      AdaptedModel adapted,
      NDManager scope,
      Batch batch,
      NDArray theta,
      NDArray alpha,
      Direction along,
      double step) {
    Point moved = Point.of(theta.add(along.theta().mul(step)), alpha.add(along.alpha().mul(step)));
    LossGradient found = adapted.lossGradient(scope, batch, moved);
    return joined(0, found.theta(), found.alpha().orElseThrow()).toArray();
  }

  /** Two choices of equal length. */
  private static Tokens question(SplittableRandom random, int prompt, int choice) {
    return TinyModel.question(
        random.ints(prompt, 3, 90).toArray(),
        IntStream.range(0, 2).mapToObj(c -> random.ints(choice, 3, 90).toArray()).toList(),
        1);
  }
}
