package io.flexora.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.api.ability.LayerActivity;
import io.flexora.api.head.Head;
import io.flexora.api.head.Objective;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.Point;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.transformers.checkpoint.ComputeChoice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares what layers do with hooks on the modules of transformers, in float64. */
class ActivityTest {

  private static final Path CASES = Path.of("src", "test", "resources", "tiny", "activity.json");

  static List<JsonNode> cases() throws IOException {
    List<JsonNode> cases = new ArrayList<>();
    new ObjectMapper().readTree(CASES.toFile()).forEach(cases::add);
    return cases;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithHooksOnTransformers(JsonNode expected) throws IOException {
    assertClose(measured(expected, ComputeChoice.FLOAT64, 1024), expected, 1e-9);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void lowerTypesAreThatFarFromIt(JsonNode expected) throws IOException {
    assertClose(measured(expected, ComputeChoice.FLOAT32, 1024), expected, 1e-5);
    assertClose(measured(expected, ComputeChoice.BF16, 1024), expected, 0.06);
  }

  @Test
  void partsOfABatchAreAddedUp() throws IOException {
    JsonNode expected = cases().get(0);
    assertClose(measured(expected, ComputeChoice.FLOAT64, 1), expected, 1e-9);
  }

  private static LayerActivity measured(JsonNode of, ComputeChoice type, int maxBatchTokens)
      throws IOException {
    TinyModel tiny = TinyModel.named(of.get("model").asText());
    Objective objective =
        of.get("objective").asText().equals("answer") ? Objective.ANSWER : Objective.CHOICES;
    List<String> modules = new ArrayList<>();
    of.get("modules").forEach(m -> modules.add(m.asText()));
    List<Integer> layers = Arrays.stream(TinyModel.ints(of.get("layers"))).boxed().toList();
    AdapterPlan plan = new AdapterPlan(Lora.method(0), layers, modules, Head.NONE, objective);
    try (BaseModel model = tiny.backend(type, 0, maxBatchTokens).load();
        AdaptedModel adapted = model.adapt(plan);
        NDManager scope = model.manager().newSubManager()) {
      double[] theta = Lora.theta(adapted.parameters(), modules, 0.3, 0.2);
      float[] single = new float[theta.length];
      IntStream.range(0, theta.length).forEach(i -> single[i] = (float) theta[i]);
      Point point =
          Point.of(
              type == ComputeChoice.FLOAT64
                  ? NativeArrays.of(scope, theta)
                  : NativeArrays.of(scope, single));
      List<Tokens> rows =
          objective == Objective.ANSWER
              ? TinyModel.rows(tiny.reference())
              : TinyModel.questions(tiny.reference());
      return adapted
          .ability(LayerActivity.Meter.class)
          .orElseThrow()
          .activity(scope, adapted.batch(scope, rows), point);
    }
  }

  private static void assertClose(LayerActivity found, JsonNode expected, double tolerance) {
    assertThat(found.tokens()).isEqualTo(expected.get("tokens").asLong());
    assertRows(found.adapterSquares(), expected.get("adapter_squares"), tolerance);
    assertRows(found.frozenSquares(), expected.get("frozen_squares"), tolerance);
    assertRow(found.angles(), expected.get("angles"), tolerance);
  }

  private static void assertRows(List<List<Double>> found, JsonNode expected, double tolerance) {
    assertThat(found).hasSize(expected.size());
    for (int i = 0; i < found.size(); i++) {
      assertRow(found.get(i), expected.get(i), tolerance);
    }
  }

  private static void assertRow(List<Double> found, JsonNode row, double tolerance) {
    double[] expected = TinyModel.doubles(row);
    assertThat(found).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat(found.get(i)).isCloseTo(expected[i], within(tolerance * expected[i]));
    }
  }
}
