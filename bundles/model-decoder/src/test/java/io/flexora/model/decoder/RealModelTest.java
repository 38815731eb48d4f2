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
import io.flexora.api.run.Seeds;
import io.flexora.numerics.transformer.ArrayValues;
import io.flexora.transformers.checkpoint.ComputeChoice;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Compares a real model of 30 layers with what PyTorch and PEFT compute with it. */
class RealModelTest {

  private static final List<String> MODULES = List.of("q_proj", "v_proj");

  private static AdapterPlan plan(BaseModel model) {
    List<Integer> layers = IntStream.range(0, model.shape().layers()).boxed().toList();
    return new AdapterPlan(Lora.method(0), layers, MODULES, Head.NONE);
  }

  @ParameterizedTest
  @CsvSource({"FLOAT64, 1e-6", "FLOAT32, 2e-3"})
  void agreesInFirstAndSecondDerivatives(ComputeChoice type, double tolerance) throws IOException {
    JsonNode reference = RealModel.reference("hypergradient-piqa.json");
    DecoderBackend backend = RealModel.backend(type, 512);
    int first = reference.get("train_rows").get(0).asInt();
    List<Tokens> rows = RealModel.piqa(backend).subList(first, first + 2);
    try (BaseModel model = backend.load();
        AdaptedModel adapted = model.adapt(plan(model));
        NDManager scope = model.manager().newSubManager()) {
      Batch batch = adapted.batch(scope, rows);
      NDArray theta = typed(adapted, scope, Lora.theta(adapted.parameters(), MODULES, 0.02, 0.01));
      double[] gates = IntStream.range(0, 30).mapToDouble(l -> 0.1 * Math.sin(l)).toArray();
      Point point = Point.of(theta, typed(adapted, scope, gates));
      LossGradient found = adapted.lossGradient(scope, batch, point);
      assertThat(found.loss()).isCloseTo(reference.get("loss").asDouble(), within(tolerance));
      double[] gradient = ArrayValues.of(found.theta());
      assertRelative(norm(gradient), reference.get("grad_theta_norm").asDouble(), tolerance);
      assertClose(
          ArrayValues.of(found.alpha().orElseThrow()), reference.get("grad_alpha"), tolerance);
      double[] u =
          IntStream.range(0, gradient.length).mapToDouble(p -> Math.sin(0.001 * (p + 1))).toArray();
      Direction product =
          adapted.hessianProduct(
              scope,
              batch,
              point,
              new Direction(typed(adapted, scope, u), typed(adapted, scope, new double[30])));
      double[] hu = ArrayValues.of(product.theta());
      assertRelative(norm(hu), reference.get("Hu_norm").asDouble(), tolerance);
      double uhu = IntStream.range(0, u.length).mapToDouble(p -> u[p] * hu[p]).sum();
      // u H u is what is left of terms that all but cancel: its error is that of H u, times |u|.
      double scale = norm(u) * norm(hu);
      assertThat(uhu / scale).isCloseTo(reference.get("uHu").asDouble() / scale, within(tolerance));
      assertClose(ArrayValues.of(product.alpha()), reference.get("Mu"), tolerance);
    }
  }

  private static NDArray typed(AdaptedModel adapted, NDManager scope, double[] values) {
    return scope
        .create(values)
        .toType(adapted.initialTheta(scope, new Seeds(1)).getDataType(), false);
  }

  private static double norm(double[] values) {
    double squares = 0;
    for (double value : values) {
      squares += value * value;
    }
    return Math.sqrt(squares);
  }

  private static void assertRelative(double found, double expected, double tolerance) {
    assertThat(found).isCloseTo(expected, within(tolerance * Math.abs(expected)));
  }

  /** Compares by the distance of two vectors, relative to the length of the expected one. */
  private static void assertClose(double[] found, JsonNode reference, double tolerance) {
    double[] expected = TinyModel.doubles(reference);
    double[] apart =
        IntStream.range(0, expected.length).mapToDouble(i -> found[i] - expected[i]).toArray();
    assertThat(norm(apart) / norm(expected)).isLessThan(tolerance);
  }
}
