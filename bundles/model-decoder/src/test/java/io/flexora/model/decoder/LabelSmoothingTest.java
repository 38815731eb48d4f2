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
import io.flexora.transformers.checkpoint.ComputeChoice;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A smoothed label is a distribution over all tokens: the loss is held against the log-likelihoods
 * of every token, its derivatives against differences, of a head as it is and of a capped one.
 */
class LabelSmoothingTest {

  private static final double SMOOTHING = 0.2;
  private static final List<String> MODULES = List.of("q_proj", "v_proj");
  private static final int[] PROMPT = {5, 9, 14, 21};
  private static final int LABEL = 30;
  private static final double H = 1e-5;

  private static final Objective SMOOTHED =
      new Objective() {
        @Override
        public String description() {
          return "smoothed";
        }

        @Override
        public Terms terms() {
          return Terms.TOKENS;
        }

        @Override
        public double labelSmoothing() {
          return SMOOTHING;
        }

        @Override
        public String torchScript() {
          return Objective.ANSWER.torchScript();
        }
      };

  @ParameterizedTest
  @ValueSource(strings = {"llama3", "gemma2"})
  void isTheCrossEntropyWithTheSmoothedLabel(String name) throws IOException {
    AdapterPlan plan = new AdapterPlan(Lora.method(0), List.of(1, 2), MODULES, Head.NONE, SMOOTHED);
    try (BaseModel base = TinyModel.named(name).backend(ComputeChoice.FLOAT64, 2).load();
        AdaptedModel model = base.adapt(plan);
        NDManager scope = base.manager().newSubManager()) {
      NDArray theta = scope.create(Lora.theta(model.parameters(), MODULES, 0.3, 0.2));
      NDArray alpha = scope.create(new double[] {0.2, -0.1});
      Point point = Point.of(theta, alpha);
      Batch batch =
          model.batch(scope, List.of(TinyModel.question(PROMPT, List.of(new int[] {LABEL}), 0)));

      LossGradient found = model.lossGradient(scope, batch, point);
      double expected = crossEntropy(model, scope, point, base.shape().vocabulary());
      assertThat(found.loss()).isCloseTo(expected, within(1e-11));
      assertThat(model.loss(scope, batch, point)).isCloseTo(expected, within(1e-11));

      NDArray u = theta.cos();
      NDArray a = scope.create(new double[] {0.3, 0.7});
      DoubleFunction<LossGradient> along = h -> at(model, scope, batch, point, u, a, h);
      double slope =
          (8 * (along.apply(H).loss() - along.apply(-H).loss())
                  - (along.apply(2 * H).loss() - along.apply(-2 * H).loss()))
              / (12 * H);
      assertThat(dot(found.theta(), u) + dot(found.alpha().orElseThrow(), a))
          .isCloseTo(slope, within(1e-8));

      Direction product = model.hessianProduct(scope, batch, point, new Direction(u, a));
      NDArray near = along.apply(H).theta().sub(along.apply(-H).theta());
      NDArray far = along.apply(2 * H).theta().sub(along.apply(-2 * H).theta());
      NDArray bend = near.mul(8).sub(far).div(12 * H);
      NDArray difference = product.theta().sub(bend);
      assertThat(dot(difference, difference)).isLessThan(1e-14 * dot(bend, bend));
    }
  }

  private static LossGradient at(
      AdaptedModel model,
      NDManager scope,
      Batch batch,
      Point point,
      NDArray u,
      NDArray a,
      double h) {
    Point moved = Point.of(point.theta().add(u.mul(h)), point.alpha().orElseThrow().add(a.mul(h)));
    return model.lossGradient(scope, batch, moved);
  }

  private static double dot(NDArray one, NDArray other) {
    return one.mul(other).sum().getDouble();
  }

  /** With every token of the vocabulary as a choice, the scores are the logarithmic softmax. */
  private static double crossEntropy(
      AdaptedModel model, NDManager scope, Point point, int vocabulary) {
    List<int[]> every = IntStream.range(0, vocabulary).mapToObj(i -> new int[] {i}).toList();
    Tokens question = TinyModel.question(PROMPT, every, 0);
    double[] scores = model.scores(scope, model.batch(scope, List.of(question)), point)[0];
    return -(1 - SMOOTHING) * scores[LABEL]
        - SMOOTHING * Arrays.stream(scores).average().orElseThrow();
  }
}
