package io.flexora.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.flexora.api.adapter.ModuleShape;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * For each family, in float64 with all modules adapted and gates: exact Hessian products against
 * finite differences of the gradient, the gradient against those of the loss, and segments of
 * layers, parts of a batch and frozen layers against the whole.
 */
class FamilyDerivativesTest {

  private static final double STEP = 1e-5;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gemma",
        "gemma2",
        "gemma3",
        "phi3",
        "phi",
        "phi-norms",
        "olmo2",
        "granite",
        "stablelm",
        "stablelm-parallel",
        "smollm3",
        "qwen3_moe"
      })
  void agreeWithFiniteDifferences(String name) throws IOException {
    TinyModel tiny = TinyModel.named(name);
    assertSame(numbers(tiny, 2, 1, false), numbers(tiny, 0, 1024, true));
  }

  /** It is that of a part by itself, so that it is compared without parts. */
  @Test
  void agreeWithTheLossOfRouters() throws IOException {
    TinyModel tiny = TinyModel.named("olmoe").withRouterLoss(0.3);
    assertSame(numbers(tiny, 2, 1024, false), numbers(tiny, 0, 1024, true));
  }

  private static void assertSame(Numbers parts, Numbers whole) {
    assertThat(parts.loss()).isCloseTo(whole.loss(), within(1e-12));
    assertClose(parts.gradient(), whole.gradient(), 1e-10);
    assertClose(parts.product(), whole.product(), 1e-9);
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared as a whole
  private record Numbers(double loss, double[] gradient, double[] product) {}

  private static Numbers numbers(TinyModel tiny, int segments, int maxBatchTokens, boolean checked)
      throws IOException {
    try (BaseModel model = tiny.backend(ComputeChoice.FLOAT64, segments, maxBatchTokens).load();
        NDManager scope = model.manager().newSubManager()) {
      List<String> modules = model.shape().modules().stream().map(ModuleShape::name).toList();
      List<Integer> layers = IntStream.range(1, model.shape().layers()).boxed().toList();
      AdapterPlan plan =
          new AdapterPlan(Lora.method(0), layers, modules, Head.NONE, Objective.CHOICES);
      try (AdaptedModel adapted = model.adapt(plan)) {
        Batch batch = adapted.batch(scope, questions(tiny));
        NDArray theta = scope.create(Lora.theta(adapted.parameters(), modules, 0.3, 0.2));
        NDArray alpha = theta.get("0:" + layers.size());
        Direction u = new Direction(theta.mul(7).sin(), alpha.cos());
        LossGradient found = adapted.lossGradient(scope, batch, Point.of(theta, alpha));
        Direction product = adapted.hessianProduct(scope, batch, Point.of(theta, alpha), u);
        double[] gradient = joined(found.theta(), found.alpha().orElseThrow());
        double[] exact = joined(product.theta(), product.alpha());
        if (checked) {
          check(adapted, scope, batch, theta, alpha, u, gradient, exact);
          checkFrozen(model, tiny, theta, plan, found.loss());
        }
        return new Numbers(found.loss(), gradient, exact);
      }
    }
  }

  /** Questions twice, so that a batch has parts of unequal length. */
  private static List<Tokens> questions(TinyModel tiny) throws IOException {
    JsonNode reference = tiny.reference();
    List<Tokens> questions =
        new ArrayList<>(
            reference.has("choices") ? TinyModel.questions(reference) : TinyModel.rows(reference));
    questions.add(questions.get(0));
    return questions;
  }

  private static void check(
      AdaptedModel adapted,
      NDManager scope,
      Batch batch,
      NDArray theta,
      NDArray alpha,
      Direction u,
      double[] gradient,
      double[] exact) {
    Point ahead = moved(theta, alpha, u, STEP);
    Point behind = moved(theta, alpha, u, -STEP);
    double slope =
        (adapted.loss(scope, batch, ahead) - adapted.loss(scope, batch, behind)) / (2 * STEP);
    double[] direction = joined(u.theta(), u.alpha());
    double along =
        IntStream.range(0, gradient.length).mapToDouble(i -> gradient[i] * direction[i]).sum();
    assertThat(along).isCloseTo(slope, within(1e-6 * Math.max(1, Math.abs(slope))));
    double[] coarse = difference(adapted, scope, batch, theta, alpha, u, STEP);
    double[] fine = difference(adapted, scope, batch, theta, alpha, u, STEP / 2);
    // Richardson's extrapolation: the error of the steps' squares goes.
    double[] difference =
        IntStream.range(0, fine.length).mapToDouble(i -> (4 * fine[i] - coarse[i]) / 3).toArray();
    double largest = Arrays.stream(exact).map(Math::abs).max().orElseThrow();
    assertClose(difference, exact, 1e-6 * Math.max(1, largest));
  }

  private static double[] difference(
      AdaptedModel adapted,
      NDManager scope,
      Batch batch,
      NDArray theta,
      NDArray alpha,
      Direction u,
      double step) {
    Point ahead = moved(theta, alpha, u, step);
    Point behind = moved(theta, alpha, u, -step);
    double[] after = gradient(adapted.lossGradient(scope, batch, ahead));
    double[] before = gradient(adapted.lossGradient(scope, batch, behind));
    return IntStream.range(0, after.length)
        .mapToDouble(i -> (after[i] - before[i]) / (2 * step))
        .toArray();
  }

  /** Layer 0, which has no adapter, is computed once; with one that adds nothing it is not. */
  private static void checkFrozen(
      BaseModel model, TinyModel tiny, NDArray theta, AdapterPlan plan, double loss)
      throws IOException {
    List<Integer> all = IntStream.range(0, model.shape().layers()).boxed().toList();
    AdapterPlan whole =
        new AdapterPlan(plan.method(), all, plan.modules(), Head.NONE, Objective.CHOICES);
    try (AdaptedModel adapted = model.adapt(whole);
        NDManager scope = model.manager().newSubManager()) {
      long first = adapted.parameters().size() - theta.size();
      NDArray silent = scope.zeros(new ai.djl.ndarray.types.Shape(first), theta.getDataType());
      NDArray joined = silent.concat(theta);
      double[] alpha = new double[all.size()];
      System.arraycopy(ArrayValues.of(theta), 0, alpha, 1, alpha.length - 1);
      // The gate of layer 0 changes nothing but the mean of the others.
      double sum = Arrays.stream(alpha).skip(1).map(Math::exp).sum() / (alpha.length - 1);
      alpha[0] = Math.log(sum);
      Point point = Point.of(joined, scope.create(alpha));
      assertThat(adapted.loss(scope, adapted.batch(scope, questions(tiny)), point))
          .isCloseTo(loss, within(1e-12));
    }
  }

  private static Point moved(NDArray theta, NDArray alpha, Direction u, double step) {
    return Point.of(theta.add(u.theta().mul(step)), alpha.add(u.alpha().mul(step)));
  }

  private static double[] gradient(LossGradient found) {
    return joined(found.theta(), found.alpha().orElseThrow());
  }

  private static double[] joined(NDArray theta, NDArray alpha) {
    double[] first = ArrayValues.of(theta);
    double[] second = ArrayValues.of(alpha);
    double[] all = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }

  private static void assertClose(double[] found, double[] expected, double tolerance) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.length; i++) {
      assertThat(found[i]).isCloseTo(expected[i], within(tolerance));
    }
  }
}
