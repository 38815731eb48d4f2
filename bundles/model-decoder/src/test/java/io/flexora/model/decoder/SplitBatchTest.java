package io.flexora.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.gradient.Direction;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.head.Head;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.Batch;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.Point;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.transformer.ArrayValues;
import io.flexora.testkit.fixture.LiveArrays;
import io.flexora.transformers.checkpoint.ComputeChoice;
import java.io.IOException;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A batch of equal examples with dropout, computed one example at a time in float64. */
class SplitBatchTest {

  private static final List<String> MODULES = List.of("q_proj", "v_proj");
  private static final List<Integer> LAYERS = List.of(1, 2);
  private static final double STEP = 1e-5;
  private static final Tokens EXAMPLE =
      TinyModel.question(new int[] {5, 9, 14, 21}, List.of(new int[] {30, 41}), 0);

  /** A model in training, at a point and on a line through it. */
  private static final class Training implements AutoCloseable {

    private final BaseModel base;
    private final AdaptedModel model;
    private final NDManager scope;
    private final double[] theta;
    private final double[] direction;

    Training() throws IOException {
      base = TinyModel.named("llama3").backend(ComputeChoice.FLOAT64, 0, 1).load();
      model = base.adapt(new AdapterPlan(Lora.method(0.5), LAYERS, MODULES, Head.NONE));
      scope = base.manager().newSubManager();
      theta = Lora.theta(model.parameters(), MODULES, 0.3, 0.2);
      direction =
          IntStream.range(0, theta.length + LAYERS.size())
              .mapToDouble(i -> 0.1 * Math.sin(i + 1.0))
              .toArray();
    }

    Batch batch(int examples) {
      return model.batch(scope, Collections.nCopies(examples, EXAMPLE));
    }

    Point point(double along) {
      double[] moved = new double[theta.length];
      Arrays.setAll(moved, i -> theta[i] + along * direction[i]);
      double[] alpha = {0.2, -0.1};
      Arrays.setAll(alpha, i -> alpha[i] + along * direction[theta.length + i]);
      return Point.of(NativeArrays.of(scope, moved), NativeArrays.of(scope, alpha)).withDropout(3);
    }

    double[] gradient(Batch batch, double along) {
      LossGradient found = model.lossGradient(scope, batch, point(along));
      return joined(found.theta(), found.alpha().orElseThrow());
    }

    double[] product(Batch batch) {
      double[] ofTheta = Arrays.copyOf(direction, theta.length);
      double[] ofAlpha = Arrays.copyOfRange(direction, theta.length, direction.length);
      Direction u = new Direction(NativeArrays.of(scope, ofTheta), NativeArrays.of(scope, ofAlpha));
      Direction found = model.hessianProduct(scope, batch, point(0), u);
      return joined(found.theta(), found.alpha());
    }

    private static double[] joined(NDArray theta, NDArray alpha) {
      double[] first = ArrayValues.of(theta);
      double[] second = ArrayValues.of(alpha);
      double[] all = Arrays.copyOf(first, first.length + second.length);
      System.arraycopy(second, 0, all, first.length, second.length);
      return all;
    }

    @Override
    public void close() {
      scope.close();
      model.close();
      base.close();
    }
  }

  @Test
  void eachExampleHasItsOwnDropout() throws IOException {
    try (Training at = new Training()) {
      double[] one = at.gradient(at.batch(1), 0);
      double[] two = at.gradient(at.batch(2), 0);
      double[] three = at.gradient(at.batch(3), 0);
      double[] second = sum(2, two, -1, one);
      double[] third = sum(3, three, -2, two);

      double[] none = new double[one.length];
      double most = 0.05 * distance(one, none);
      assertThat(distance(one, second)).isGreaterThan(most);
      assertThat(distance(one, third)).isGreaterThan(most);
      assertThat(distance(second, third)).isGreaterThan(most);
      double[][] scores = at.model.scores(at.scope, at.batch(3), at.point(0));
      assertThat(scores[0][0]).isNotCloseTo(scores[1][0], within(1e-6));
      assertThat(scores[0][0]).isNotCloseTo(scores[2][0], within(1e-6));
      assertThat(scores[1][0]).isNotCloseTo(scores[2][0], within(1e-6));
    }
  }

  @Test
  void lossGradientAndHessianProductDropTheSame() throws IOException {
    try (Training at = new Training()) {
      Batch batch = at.batch(3);
      double[] gradient = at.gradient(batch, 0);
      double along =
          IntStream.range(0, gradient.length).mapToDouble(i -> gradient[i] * at.direction[i]).sum();
      double ahead = at.model.loss(at.scope, batch, at.point(STEP));
      double behind = at.model.loss(at.scope, batch, at.point(-STEP));
      assertThat(along).isCloseTo((ahead - behind) / (2 * STEP), within(1e-8));

      double half = 1 / (2 * STEP);
      double[] difference = sum(half, at.gradient(batch, STEP), -half, at.gradient(batch, -STEP));
      assertThat(at.product(batch)).containsExactly(difference, within(1e-8));
      assertThat(distance(difference, new double[difference.length])).isGreaterThan(1e-3);
    }
  }

  private static double[] sum(double a, double[] x, double b, double[] y) {
    return IntStream.range(0, x.length).mapToDouble(i -> a * x[i] + b * y[i]).toArray();
  }

  private static double distance(double[] x, double[] y) {
    return Math.sqrt(Arrays.stream(sum(1, x, -1, y)).map(v -> v * v).sum());
  }

  /** Layers to train, which count the live arrays whenever a part asks for the first of them. */
  private static final class CountingLayers extends AbstractList<Integer> {

    private final LiveArrays arrays;
    private final List<Integer> counts = new ArrayList<>();

    CountingLayers(LiveArrays arrays) {
      this.arrays = arrays;
    }

    @Override
    public boolean contains(Object layer) {
      if (layer.equals(LAYERS.get(0))) {
        counts.add(arrays.count());
      }
      return LAYERS.contains(layer);
    }

    @Override
    public Integer get(int index) {
      return LAYERS.get(index);
    }

    @Override
    public int size() {
      return LAYERS.size();
    }
  }

  /** With noise on the embeddings, the states of a part are its own, too. */
  @Test
  void aPartLeavesNothingToTheNextButItsSum() throws IOException {
    try (Training at = new Training()) {
      Batch batch = at.batch(5);
      Point point = at.point(0).withEmbeddingNoise(5);
      CountingLayers layers = new CountingLayers(LiveArrays.of(at.scope));
      at.model.lossGradient(at.scope, batch, point, layers);

      assertThat(layers.counts).hasSize(5);
      assertThat(layers.counts.subList(2, 5)).containsOnly(layers.counts.get(1));
    }
  }
}
