package io.flexora.model.gpt2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.head.Head;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.Point;
import io.flexora.api.plan.Slice;
import io.flexora.numerics.transformer.ArrayValues;
import io.flexora.transformers.checkpoint.ComputeChoice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Compares with transformers and PEFT; the property {@code flexora.reference} names the folder. */
class ReferenceTest {

  private static final String REFERENCE = System.getProperty("flexora.reference", "");

  @ParameterizedTest
  @CsvSource({
    "gpt2, FLOAT64, 0, 1e-9",
    "gpt2, FLOAT64, 2, 1e-9",
    "gpt2, FLOAT32, 0, 1e-4",
    "gpt_neox, FLOAT64, 0, 1e-9",
    "gpt_neox, FLOAT64, 2, 1e-9",
    "gpt_neox, FLOAT32, 0, 1e-4"
  })
  void agreesWithTransformersAndPeft(
      String family, ComputeChoice type, int segments, double tolerance) throws IOException {
    assumeTrue(!REFERENCE.isEmpty(), "flexora.reference is not set");
    Path folder = Path.of(REFERENCE, "tiny2", family);
    JsonNode reference = new ObjectMapper().readTree(folder.resolve("reference.json").toFile());
    try (BaseModel model = TinyGpt.backend(folder, type, segments).load()) {
      assertLogits(model, reference, tolerance);
      assertGradient(model, reference, tolerance);
    }
  }

  /** With every token of the vocabulary as a choice, the scores are the logarithmic softmax. */
  private static void assertLogits(BaseModel model, JsonNode reference, double tolerance) {
    int[] row = ints(reference.get("input_ids").get(0));
    int[] other = Arrays.copyOf(ints(reference.get("input_ids").get(1)), 8);
    List<int[]> every =
        IntStream.range(0, model.shape().vocabulary()).mapToObj(i -> new int[] {i}).toList();
    List<Tokens> rows = List.of(TinyGpt.question(row, every), TinyGpt.question(other, every));
    AdapterPlan nothing = new AdapterPlan(TinyGpt.lora(), List.of(), List.of(), Head.NONE);
    try (AdaptedModel bare = model.adapt(nothing);
        NDManager scope = model.manager().newSubManager()) {
      Point point = Point.of(theta(scope, bare, new double[0]));
      double[][] scores = bare.scores(scope, bare.batch(scope, rows), point);
      assertClose(scores[0], logSoftmax(reference.get("logits_row0_last")), tolerance);
      assertClose(scores[1], logSoftmax(reference.get("logits_row1_position7")), tolerance);
    }
  }

  private static void assertGradient(BaseModel model, JsonNode reference, double tolerance) {
    List<String> modules =
        StreamSupport.stream(reference.get("target_modules").spliterator(), false)
            .map(JsonNode::asText)
            .toList();
    AdapterPlan plan = new AdapterPlan(TinyGpt.lora(), List.of(0, 1, 2), modules, Head.NONE);
    try (AdaptedModel adapted = model.adapt(plan);
        NDManager scope = model.manager().newSubManager()) {
      NDArray theta = theta(scope, adapted, TinyGpt.theta(adapted.parameters(), modules));
      LossGradient found =
          adapted.lossGradient(scope, adapted.batch(scope, rows(reference)), Point.of(theta));
      assertThat(found.loss()).isCloseTo(reference.get("lora_loss").asDouble(), within(tolerance));
      double[] gradient = ArrayValues.of(found.theta());
      double[] norms =
          adapted.parameters().slices().stream().mapToDouble(s -> norm(gradient, s)).toArray();
      assertClose(norms, doubles(reference.get("lora_gradient_norms")), tolerance);
      double[] row = doubles(reference.get("lora_gradient_first_A_row0"));
      assertClose(Arrays.copyOf(gradient, row.length), row, tolerance);
    }
  }

  private static NDArray theta(NDManager scope, AdaptedModel model, double[] values) {
    NDArray theta = scope.create(values);
    return model.initialTheta(scope, new io.flexora.api.run.Seeds(1)).getDataType()
            == DataType.FLOAT64
        ? theta
        : theta.toType(DataType.FLOAT32, false);
  }

  private static double norm(double[] gradient, Slice slice) {
    double squares = 0;
    for (long i = slice.offset(); i < slice.offset() + slice.size(); i++) {
      squares += gradient[(int) i] * gradient[(int) i];
    }
    return Math.sqrt(squares);
  }

  /** The rows of the reference: the answer is what has a label. */
  private static List<Tokens> rows(JsonNode reference) {
    List<Tokens> rows = new ArrayList<>();
    for (int r = 0; r < reference.get("input_ids").size(); r++) {
      int[] ids = ints(reference.get("input_ids").get(r));
      int[] labels = ints(reference.get("labels").get(r));
      int length = Arrays.stream(ints(reference.get("attention_mask").get(r))).sum();
      int first = (int) Arrays.stream(labels).takeWhile(label -> label < 0).count();
      int[] answer = Arrays.copyOfRange(ids, first, length);
      rows.add(TinyGpt.question(Arrays.copyOf(ids, first), List.of(answer)));
    }
    return rows;
  }

  private static double[] logSoftmax(JsonNode logits) {
    double[] values = doubles(logits);
    double sum = Math.log(Arrays.stream(values).map(Math::exp).sum());
    return Arrays.stream(values).map(v -> v - sum).toArray();
  }

  private static int[] ints(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).mapToInt(JsonNode::asInt).toArray();
  }

  private static double[] doubles(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false)
        .mapToDouble(JsonNode::asDouble)
        .toArray();
  }

  private static void assertClose(double[] found, double[] expected, double tolerance) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.length; i++) {
      assertThat(found[i])
          .isCloseTo(expected[i], within(tolerance * Math.max(1, Math.abs(expected[i]))));
    }
  }
}
