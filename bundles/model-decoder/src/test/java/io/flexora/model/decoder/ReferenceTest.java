package io.flexora.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.flexora.api.ability.TextGenerator;
import io.flexora.api.ability.TextGenerator.Sampling;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.head.Head;
import io.flexora.api.head.Objective;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.Point;
import io.flexora.api.plan.Slice;
import io.flexora.api.run.Seeds;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.transformer.ArrayValues;
import io.flexora.transformers.causal.AdaptedCausal;
import io.flexora.transformers.checkpoint.ComputeChoice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares tiny checkpoints of every family with transformers and PEFT, in float64. */
class ReferenceTest {

  private static final double TOLERANCE = 1e-9;

  private static AdapterPlan plan(List<Integer> layers, List<String> modules, Objective objective) {
    return new AdapterPlan(Lora.method(0), layers, modules, Head.NONE, objective);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "llama2",
        "llama3",
        "llama-linear",
        "llama-tied-bias",
        "mistral",
        "qwen2",
        "qwen3",
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
        "gguf-llama3-f16",
        "gguf-llama3-q8_0",
        "gguf-qwen2-q8_0",
        "gguf-qwen3-f16",
        "gguf-gemma-f16",
        "gguf-gemma2-f16",
        "gguf-gemma3-f16",
        "gguf-phi3-f16",
        "gguf-phi-f16",
        "gguf-olmo2-f16",
        "gguf-granite-f16",
        "gguf-stablelm-f16",
        "gguf-stablelm-parallel-f16",
        "gguf-smollm3-f16"
      })
  void agreesWithTransformersAndPeft(String name) throws IOException {
    TinyModel tiny = TinyModel.named(name);
    JsonNode reference = tiny.reference();
    try (BaseModel model = tiny.backend(ComputeChoice.FLOAT64, 0).load()) {
      assertLogits(model, reference);
      assertThat(model.shape().modules().stream().map(ModuleShape::name))
          .containsExactlyElementsOf(modules(reference, "all"));
      assertGradient(model, reference, modules(reference, "few"), "lora");
      assertGradient(model, reference, modules(reference, "all"), "all_modules");
      assertChoices(model, reference);
      assertGreedy(model, reference.get("greedy"));
    }
  }

  /** LoRA on the attention; routing decides every number. */
  @ParameterizedTest
  @ValueSource(strings = {"qwen3_moe", "mixtral", "olmoe", "granitemoe"})
  void agreesWithTransformersAndPeftOnExperts(String name) throws IOException {
    compareExperts(TinyModel.named(name), ComputeChoice.FLOAT64, TOLERANCE);
    compareExperts(TinyModel.named(name), ComputeChoice.FLOAT32, 1e-4);
    compareRouters(TinyModel.named(name), ComputeChoice.FLOAT64, TOLERANCE);
    compareRouters(TinyModel.named(name), ComputeChoice.FLOAT32, 1e-4);
  }

  /** The same losses and gradients with the auxiliary loss; scores have none. */
  private static void compareRouters(TinyModel tiny, ComputeChoice type, double tolerance)
      throws IOException {
    JsonNode reference = tiny.reference();
    JsonNode lora = reference.get("lora_attention");
    List<String> modules = List.of("q_proj", "v_proj");
    TinyModel balanced = tiny.withRouterLoss(reference.get("router_aux_loss_coef").asDouble());
    try (BaseModel model = balanced.backend(type, 0).load();
        AdaptedModel adapted = model.adapt(plan(layers(model), modules, Objective.ANSWER));
        AdaptedModel last = model.adapt(plan(List.of(2), modules, Objective.ANSWER));
        NDManager scope = model.manager().newSubManager()) {
      List<Tokens> rows = TinyModel.rows(reference);
      Point point = point(adapted, scope, Lora.theta(adapted.parameters(), modules, 0.3, 0.2));
      var batch = adapted.batch(scope, rows);
      LossGradient found = adapted.lossGradient(scope, batch, point);
      double expected = lora.get("loss_with_auxiliary").asDouble();
      assertThat(found.loss()).isCloseTo(expected, within(tolerance));
      assertThat(adapted.loss(scope, batch, point)).isCloseTo(expected, within(tolerance));
      assertClose(
          norms(adapted, found),
          TinyModel.doubles(lora.get("gradient_norms_with_auxiliary")),
          tolerance);
      assertClose(
          everyToken(adapted, scope, reference, point)[0],
          logSoftmax(lora.get("logits_row0_last")),
          tolerance);
      Point nothing = point(last, scope, new double[(int) last.parameters().size()]);
      assertThat(last.loss(scope, last.batch(scope, rows), nothing))
          .isCloseTo(reference.get("loss_with_auxiliary").asDouble(), within(tolerance));
    }
  }

  static void compareExperts(TinyModel tiny, ComputeChoice type, double tolerance)
      throws IOException {
    JsonNode reference = tiny.reference();
    JsonNode lora = reference.get("lora_attention");
    List<String> modules = List.of("q_proj", "v_proj");
    try (BaseModel model = tiny.backend(type, 0).load();
        AdaptedModel bare = model.adapt(plan(List.of(), List.of(), Objective.ANSWER));
        AdaptedModel adapted = model.adapt(plan(layers(model), modules, Objective.ANSWER));
        NDManager scope = model.manager().newSubManager()) {
      List<Tokens> rows = TinyModel.rows(reference);
      Point nothing = point(bare, scope, new double[0]);
      Point point = point(adapted, scope, Lora.theta(adapted.parameters(), modules, 0.3, 0.2));
      double[][] scores = everyToken(bare, scope, reference, nothing);
      assertClose(scores[0], logSoftmax(reference.get("logits_row0_last")), tolerance);
      assertClose(scores[1], logSoftmax(reference.get("logits_row1_last_real")), tolerance);
      assertClose(
          everyToken(adapted, scope, reference, point)[0],
          logSoftmax(lora.get("logits_row0_last")),
          tolerance);
      // As texts are generated, whose layers are computed elsewhere.
      int[] row = TinyModel.ints(reference.get("input_ids").get(0));
      assertClose(
          ((AdaptedCausal) adapted).logits(point, row),
          TinyModel.doubles(lora.get("logits_row0_last")),
          tolerance);
      assertThat(bare.loss(scope, bare.batch(scope, rows), nothing))
          .isCloseTo(reference.get("loss").asDouble(), within(tolerance));
      LossGradient found = adapted.lossGradient(scope, adapted.batch(scope, rows), point);
      assertThat(found.loss()).isCloseTo(lora.get("loss").asDouble(), within(tolerance));
      assertClose(norms(adapted, found), TinyModel.doubles(lora.get("gradient_norms")), tolerance);
    }
  }

  private static List<String> modules(JsonNode reference, String which) {
    List<String> modules = new ArrayList<>();
    reference.get("modules").get(which).forEach(module -> modules.add(module.asText()));
    return modules;
  }

  private static List<Integer> layers(BaseModel model) {
    return IntStream.range(0, model.shape().layers()).boxed().toList();
  }

  private static Point point(AdaptedModel model, NDManager scope, double[] values) {
    DataType type = model.initialTheta(scope, new Seeds(1)).getDataType();
    return Point.of(NativeArrays.of(scope, values, new Shape(values.length), type));
  }

  private static void assertLogits(BaseModel model, JsonNode reference) {
    try (AdaptedModel bare = model.adapt(plan(List.of(), List.of(), Objective.ANSWER));
        NDManager scope = model.manager().newSubManager()) {
      double[][] scores = everyToken(bare, scope, reference, Point.of(scope.create(new double[0])));
      assertClose(scores[0], logSoftmax(reference.get("logits_row0_last")));
      assertClose(scores[1], logSoftmax(reference.get("logits_row1_position7")));
    }
  }

  /** With every token of the vocabulary as a choice, the scores are the logarithmic softmax. */
  private static double[][] everyToken(
      AdaptedModel model, NDManager scope, JsonNode reference, Point point) {
    int[] row = TinyModel.ints(reference.get("input_ids").get(0));
    int[] other = Arrays.copyOf(TinyModel.ints(reference.get("input_ids").get(1)), 8);
    int vocabulary = reference.get("logits_row0_last").size();
    List<int[]> every = IntStream.range(0, vocabulary).mapToObj(i -> new int[] {i}).toList();
    List<Tokens> rows =
        List.of(TinyModel.question(row, every, 0), TinyModel.question(other, every, 0));
    return model.scores(scope, model.batch(scope, rows), point);
  }

  private static double[] logSoftmax(JsonNode logits) {
    double[] values = TinyModel.doubles(logits);
    double sum = Math.log(Arrays.stream(values).map(Math::exp).sum());
    return Arrays.stream(values).map(v -> v - sum).toArray();
  }

  private static void assertGradient(
      BaseModel model, JsonNode reference, List<String> modules, String key) {
    try (AdaptedModel adapted = model.adapt(plan(layers(model), modules, Objective.ANSWER));
        NDManager scope = model.manager().newSubManager()) {
      NDArray theta = scope.create(Lora.theta(adapted.parameters(), modules, 0.3, 0.2));
      LossGradient found =
          adapted.lossGradient(
              scope, adapted.batch(scope, TinyModel.rows(reference)), Point.of(theta));
      assertThat(found.loss())
          .isCloseTo(reference.get(key).get("loss").asDouble(), within(TOLERANCE));
      assertClose(
          norms(adapted, found), TinyModel.doubles(reference.get(key).get("gradient_norms")));
      double[] row = TinyModel.doubles(reference.get(key).get("gradient_layer0_q_A_row0"));
      assertClose(Arrays.copyOf(ArrayValues.of(found.theta()), row.length), row);
    }
  }

  private static double[] norms(AdaptedModel adapted, LossGradient found) {
    double[] gradient = ArrayValues.of(found.theta());
    List<Double> norms = new ArrayList<>();
    for (Slice slice : adapted.parameters().slices()) {
      double squares = 0;
      for (long i = slice.offset(); i < slice.offset() + slice.size(); i++) {
        squares += gradient[(int) i] * gradient[(int) i];
      }
      norms.add(Math.sqrt(squares));
    }
    return norms.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static void assertChoices(BaseModel model, JsonNode reference) {
    List<Tokens> questions = TinyModel.questions(reference);
    JsonNode expected = reference.get("choices");
    List<String> few = modules(reference, "few");
    try (AdaptedModel adapted = model.adapt(plan(layers(model), few, Objective.CHOICES));
        NDManager scope = model.manager().newSubManager()) {
      Point point = Point.of(scope.create(Lora.theta(adapted.parameters(), few, 0.3, 0.2)));
      var batch = adapted.batch(scope, questions);
      double[][] scores = adapted.scores(scope, batch, point);
      for (int q = 0; q < scores.length; q++) {
        assertClose(scores[q], TinyModel.doubles(expected.get("scores").get(q)));
      }
      LossGradient found = adapted.lossGradient(scope, batch, point);
      assertThat(found.terms()).isEqualTo(questions.size());
      assertThat(found.loss()).isCloseTo(expected.get("loss").asDouble(), within(TOLERANCE));
      assertClose(norms(adapted, found), TinyModel.doubles(expected.get("gradient_norms")));
    }
  }

  private static void assertGreedy(BaseModel model, JsonNode reference) {
    int[] expected = TinyModel.ints(reference.get("tokens"));
    try (AdaptedModel bare = model.adapt(plan(List.of(), List.of(), Objective.ANSWER));
        NDManager scope = model.manager().newSubManager()) {
      List<Integer> heard = new ArrayList<>();
      int[] generated =
          bare.ability(TextGenerator.class)
              .orElseThrow()
              .generate(
                  scope,
                  TinyModel.ints(reference.get("prompt")),
                  Point.of(scope.create(new double[0])),
                  new Sampling(expected.length, 0, 1, 1, Set.of()),
                  heard::add);
      assertThat(generated).containsExactly(expected);
      assertThat(heard).hasSize(expected.length);
    }
  }

  private static void assertClose(double[] found, double[] expected) {
    assertClose(found, expected, TOLERANCE);
  }

  private static void assertClose(double[] found, double[] expected, double tolerance) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.length; i++) {
      assertThat(found[i])
          .isCloseTo(expected[i], within(tolerance * Math.max(1, Math.abs(expected[i]))));
    }
  }
}
