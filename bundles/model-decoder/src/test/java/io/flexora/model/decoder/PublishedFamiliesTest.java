package io.flexora.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.head.Head;
import io.flexora.api.head.Objective;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.Point;
import io.flexora.api.plan.Slice;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.transformer.ArrayValues;
import io.flexora.transformers.checkpoint.ComputeChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Compares random checkpoints of a folder that {@code -Dflexora.reference} names with what
 * transformers and PEFT computed: logits and the gradient of a LoRA.
 */
class PublishedFamiliesTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tiny2/gemma2",
        "tiny2/gemma3_text",
        "tiny2/granite",
        "tiny2/olmo2",
        "tiny2/phi",
        "tiny2/phi3",
        "tiny2/smollm3",
        "tiny2/stablelm"
      })
  void agreeWithTransformersAndPeft(String name) throws IOException {
    String reference = System.getProperty("flexora.reference");
    assumeTrue(reference != null, "-Dflexora.reference names no folder");
    Path folder = Path.of(reference, name);
    assumeTrue(Files.isDirectory(folder), folder + " is not there");
    compare(new TinyModel(folder), ComputeChoice.FLOAT64, 1e-9);
    compare(new TinyModel(folder), ComputeChoice.FLOAT32, 1e-4);
  }

  private static void compare(TinyModel tiny, ComputeChoice type, double tolerance)
      throws IOException {
    JsonNode reference = tiny.reference();
    try (BaseModel model = tiny.backend(type, 0).load()) {
      assertLogits(model, reference, tolerance);
      assertGradient(model, reference, tolerance);
    }
  }

  /** With every token of the vocabulary as a choice, the scores are the logarithmic softmax. */
  private static void assertLogits(BaseModel model, JsonNode reference, double tolerance) {
    int[] row = TinyModel.ints(reference.get("input_ids").get(0));
    int[] other = Arrays.copyOf(TinyModel.ints(reference.get("input_ids").get(1)), 8);
    List<int[]> every =
        IntStream.range(0, model.shape().vocabulary()).mapToObj(i -> new int[] {i}).toList();
    List<Tokens> rows =
        List.of(TinyModel.question(row, every, 0), TinyModel.question(other, every, 0));
    AdapterPlan nothing = new AdapterPlan(Lora.method(0), List.of(), List.of(), Head.NONE);
    try (AdaptedModel bare = model.adapt(nothing);
        NDManager scope = model.manager().newSubManager()) {
      Point point = Point.of(numbers(scope, bare, new double[0]));
      double[][] scores = bare.scores(scope, bare.batch(scope, rows), point);
      assertClose(scores[0], logSoftmax(reference.get("logits_row0_last")), tolerance);
      assertClose(scores[1], logSoftmax(reference.get("logits_row1_position7")), tolerance);
    }
  }

  private static double[] logSoftmax(JsonNode logits) {
    double[] values = TinyModel.doubles(logits);
    double sum = Math.log(Arrays.stream(values).map(Math::exp).sum());
    return Arrays.stream(values).map(v -> v - sum).toArray();
  }

  private static void assertGradient(BaseModel model, JsonNode reference, double tolerance) {
    List<String> modules = new ArrayList<>();
    reference.path("target_modules").forEach(module -> modules.add(module.asText()));
    if (modules.isEmpty()) {
      modules.addAll(List.of("q_proj", "v_proj"));
    }
    List<Integer> layers = List.of(0, 1, 2);
    AdapterPlan plan =
        new AdapterPlan(Lora.method(0), layers, modules, Head.NONE, Objective.ANSWER);
    try (AdaptedModel adapted = model.adapt(plan);
        NDManager scope = model.manager().newSubManager()) {
      double[] theta = Lora.theta(adapted.parameters(), modules, 0.3, 0.2);
      LossGradient found =
          adapted.lossGradient(
              scope,
              adapted.batch(scope, TinyModel.rows(reference)),
              Point.of(numbers(scope, adapted, theta)));
      assertThat(found.loss()).isCloseTo(reference.get("lora_loss").asDouble(), within(tolerance));
      double[] gradient = ArrayValues.of(found.theta());
      assertClose(
          norms(adapted, gradient),
          TinyModel.doubles(reference.get("lora_gradient_norms")),
          tolerance);
      if (reference.has("lora_gradient_first_A_row0")) {
        double[] row = TinyModel.doubles(reference.get("lora_gradient_first_A_row0"));
        assertClose(Arrays.copyOf(gradient, row.length), row, tolerance);
      }
    }
  }

  private static NDArray numbers(NDManager scope, AdaptedModel model, double[] values) {
    if (model.initialTheta(scope, new io.flexora.api.run.Seeds(1)).getDataType()
        == ai.djl.ndarray.types.DataType.FLOAT64) {
      return scope.create(values);
    }
    float[] floats = new float[values.length];
    IntStream.range(0, values.length).forEach(i -> floats[i] = (float) values[i]);
    return NativeArrays.of(scope, floats);
  }

  private static double[] norms(AdaptedModel adapted, double[] gradient) {
    return adapted.parameters().slices().stream()
        .mapToDouble(slice -> norm(gradient, slice))
        .toArray();
  }

  private static double norm(double[] gradient, Slice slice) {
    double squares = 0;
    for (long i = slice.offset(); i < slice.offset() + slice.size(); i++) {
      squares += gradient[(int) i] * gradient[(int) i];
    }
    return Math.sqrt(squares);
  }

  private static void assertClose(double[] found, double[] expected, double tolerance) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.length; i++) {
      assertThat(found[i])
          .isCloseTo(expected[i], within(tolerance * Math.max(1, Math.abs(expected[i]))));
    }
  }
}
