package io.flexora.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.flexora.api.gradient.Direction;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.head.Head;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.Batch;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.Point;
import io.flexora.api.plan.Slice;
import io.flexora.numerics.transformer.ArrayValues;
import io.flexora.transformers.checkpoint.ComputeChoice;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

/** How much is computed at a time changes no number: neither segments of layers nor parts. */
class SegmentsTest {

  private static final List<String> MODULES = List.of("q_proj", "v_proj");

  private record Numbers(double loss, List<Double> gradient, List<Double> product) {}

  private static Numbers numbers(int segments, int maxBatchTokens) throws IOException {
    TinyModel tiny = TinyModel.named("qwen3");
    JsonNode reference = tiny.reference();
    AdapterPlan plan = new AdapterPlan(Lora.method(0), List.of(0, 1, 2), MODULES, Head.NONE);
    try (BaseModel model = tiny.backend(ComputeChoice.FLOAT64, segments, maxBatchTokens).load();
        AdaptedModel adapted = model.adapt(plan);
        NDManager scope = model.manager().newSubManager()) {
      Batch batch = adapted.batch(scope, rows(reference));
      NDArray theta = scope.create(Lora.theta(adapted.parameters(), MODULES, 0.3, 0.2));
      NDArray alpha = scope.create(new double[] {0.2, -0.1, 0.4});
      Point point = Point.of(theta, alpha).withDropout(3);
      LossGradient gradient = adapted.lossGradient(scope, batch, point);
      Direction product =
          adapted.hessianProduct(scope, batch, point, new Direction(theta.sin(), alpha.cos()));
      return new Numbers(
          gradient.loss(),
          joined(gradient.theta(), gradient.alpha().orElseThrow()),
          joined(product.theta(), product.alpha()));
    }
  }

  /** Three rows, of 11, 8 and 8 tokens. */
  private static List<Tokens> rows(JsonNode reference) {
    List<Tokens> two = TinyModel.rows(reference);
    return List.of(two.get(0), two.get(1), two.get(1));
  }

  private static List<Double> joined(NDArray theta, NDArray alpha) {
    return DoubleStream.concat(
            Arrays.stream(ArrayValues.of(theta)), Arrays.stream(ArrayValues.of(alpha)))
        .boxed()
        .toList();
  }

  @Test
  void changesNoNumber() throws IOException {
    Numbers whole = numbers(0, 1024);
    for (int segments : new int[] {2, 3, 9}) {
      Numbers parts = numbers(segments, 1024);
      assertThat(parts.loss()).isCloseTo(whole.loss(), within(1e-12));
      assertClose(parts.gradient(), whole.gradient());
      assertClose(parts.product(), whole.product());
    }
  }

  @Test
  void layersThatRestHaveNoGradientAndTheOthersTheirOwn() throws IOException {
    for (int segments : new int[] {0, 2, 3}) {
      TinyModel tiny = TinyModel.named("qwen3");
      AdapterPlan plan = new AdapterPlan(Lora.method(0), List.of(0, 1, 2), MODULES, Head.NONE);
      try (BaseModel model = tiny.backend(ComputeChoice.FLOAT64, segments, 1024).load();
          AdaptedModel adapted = model.adapt(plan);
          NDManager scope = model.manager().newSubManager()) {
        Batch batch = adapted.batch(scope, rows(tiny.reference()));
        NDArray theta = scope.create(Lora.theta(adapted.parameters(), MODULES, 0.3, 0.2));
        Point point = Point.of(theta).withDropout(3);
        double[] whole = ArrayValues.of(adapted.lossGradient(scope, batch, point).theta());
        for (List<Integer> trained : List.of(List.of(0), List.of(1), List.of(2), List.of(0, 2))) {
          LossGradient found = adapted.lossGradient(scope, batch, point, trained);
          assertRests(
              adapted, whole, ArrayValues.of(found.theta()), trained, segments + " segments");
        }
      }
    }
  }

  private static void assertRests(
      AdaptedModel adapted, double[] whole, double[] part, List<Integer> trained, String of) {
    for (Slice slice : adapted.parameters().slices()) {
      boolean wanted = trained.contains(slice.layer().orElseThrow());
      for (int i = (int) slice.offset(); i < slice.offset() + slice.size(); i++) {
        assertThat(part[i])
            .as("%s of %s with %s trained", slice.tensorName(), of, trained)
            .isEqualTo(wanted ? whole[i] : 0);
      }
    }
  }

  @Test
  void partsOfABatchCountByTheirTerms() throws IOException {
    Numbers whole = numbers(0, 1024);
    for (int most : new int[] {1, 22}) {
      Numbers parts = numbers(0, most);
      assertThat(parts.loss()).isCloseTo(whole.loss(), within(1e-12));
      assertClose(parts.gradient(), whole.gradient());
      assertClose(parts.product(), whole.product());
    }
  }

  private static void assertClose(List<Double> found, List<Double> expected) {
    for (int i = 0; i < expected.size(); i++) {
      assertThat(found.get(i)).isCloseTo(expected.get(i), within(1e-10));
    }
  }
}
