package io.flexora.objective.preference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.flexora.adapter.lora.LoraAdapter;
import io.flexora.adapter.lora.LoraOptions;
import io.flexora.api.ability.ReferenceScores;
import io.flexora.api.data.Example;
import io.flexora.api.gradient.Direction;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.head.Head;
import io.flexora.api.head.Objective;
import io.flexora.api.input.Tokens;
import io.flexora.api.input.Tokens.Continuation;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.Batch;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.plan.Point;
import io.flexora.model.decoder.DecoderFamilies;
import io.flexora.numerics.torch.Arguments;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.numerics.torch.TorchScript;
import io.flexora.numerics.transformer.ArrayValues;
import io.flexora.testkit.fixture.model.ReferenceLlama;
import io.flexora.testkit.host.Extensions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A tiny Llama with LoRA, in float64, against TRL's formulas on PyTorch and PEFT. */
class PreferenceReferenceTest {

  private static final double EXACT = 1e-12;
  private static final double STEP = 1e-5;
  private static final List<String> MODULES = List.of("q_proj", "v_proj");
  private static final Map<String, Objective> OBJECTIVES =
      Map.of(
          "dpo", new DpoObjective(new DpoOptions(0.1, 0, 0)),
          "ipo", new IpoObjective(new IpoOptions(0.1)),
          "orpo", new OrpoObjective(new OrpoOptions(0.1)),
          "simpo", new SimpoObjective(new SimpoOptions(2, 1)));

  private static JsonNode reference;

  @BeforeAll
  static void read() throws IOException {
    reference = ReferenceLlama.read("preference.json");
  }

  private static BaseModel load(int maxBatchTokens, int segments) throws IOException {
    return ReferenceLlama.load(new DecoderFamilies(), maxBatchTokens, segments);
  }

  private static AdaptedModel adapted(BaseModel model, String objective) {
    LoraOptions options = new LoraOptions(8, 16, 0, false, List.of());
    LoraAdapter lora = Extensions.of(LoraAdapter.class, options);
    List<Integer> layers = IntStream.range(0, model.shape().layers()).boxed().toList();
    return model.adapt(
        new AdapterPlan(lora, layers, MODULES, Head.NONE, OBJECTIVES.get(objective)));
  }

  /** The pairs, the chosen answer first or last. */
  private static List<Tokens> pairs(boolean chosenFirst) {
    List<Tokens> pairs = new ArrayList<>();
    for (JsonNode pair : reference.get("pairs")) {
      Continuation chosen = answer(pair.get("chosen"));
      Continuation rejected = answer(pair.get("rejected"));
      Example example =
          new Example("pair" + pairs.size(), "", List.of("a", "b"), chosenFirst ? 0 : 1);
      pairs.add(
          new Tokens(
              example,
              ints(pair.get("prompt")),
              chosenFirst ? List.of(chosen, rejected) : List.of(rejected, chosen),
              0));
    }
    return pairs;
  }

  private static Continuation answer(JsonNode ids) {
    boolean[] marks = new boolean[ids.size()];
    Arrays.fill(marks, true);
    return new Continuation(ints(ids), marks);
  }

  private static int[] ints(JsonNode array) {
    return IntStream.range(0, array.size()).map(i -> array.get(i).asInt()).toArray();
  }

  private static double[] norms(ParameterIndex index, double[] gradient) {
    return index.slices().stream()
        .mapToDouble(
            slice ->
                Math.sqrt(
                    IntStream.range((int) slice.offset(), (int) (slice.offset() + slice.size()))
                        .mapToDouble(i -> gradient[i] * gradient[i])
                        .sum()))
        .toArray();
  }

  /** From the log-likelihoods of the reference. */
  @ParameterizedTest
  @ValueSource(strings = {"dpo", "ipo", "orpo", "simpo"})
  void isTheLossOfTrl(String name) {
    double[] choices = flat(reference.get("sequence_log_probabilities"));
    double[] lengths = new double[choices.length];
    double tokens = 0;
    for (int e = 0; e < 2; e++) {
      JsonNode pair = reference.get("pairs").get(e);
      lengths[2 * e] = pair.get("chosen").size();
      lengths[2 * e + 1] = pair.get("rejected").size();
      tokens += pair.get("prompt").size() + pair.get("chosen").size() - 1;
    }
    double none = Double.NEGATIVE_INFINITY;
    double learnt = -reference.get("orpo_nll").asDouble() * tokens - choices[0] - choices[2];
    try (NDManager manager = TorchEngine.start().newManager(Device.cpu())) {
      Shape shape = new Shape(2, 2);
      TorchScript script = TorchScript.compile(manager, OBJECTIVES.get(name).torchScript());
      NDArray loss =
          script
              .call(
                  "loss_of",
                  new Arguments(manager)
                      .with("tokens", NativeArrays.of(manager, choices))
                      .with("choices", NativeArrays.of(manager, choices, shape))
                      .with("lengths", NativeArrays.of(manager, lengths, shape))
                      .with("exists", NativeArrays.of(manager, new double[4], shape))
                      .with(
                          "right", NativeArrays.of(manager, new double[] {0, none, 0, none}, shape))
                      .with(
                          "reference",
                          NativeArrays.of(
                              manager,
                              flat(reference.get("reference_sequence_log_probabilities")),
                              shape))
                      .with("prompts", NativeArrays.of(manager, new double[] {learnt, 0}))
                      .with("share", NativeArrays.of(manager, new double[] {2 / tokens})))
              .singletonOrThrow();
      double expected = reference.get(name).get("loss").asDouble();
      assertThat(ArrayValues.of(loss)[0])
          .isCloseTo(expected, within(EXACT * Math.max(1, expected)));
    }
  }

  private static double[] flat(JsonNode pairs) {
    return IntStream.range(0, 4).mapToDouble(i -> pairs.get(i / 2).get(i % 2).asDouble()).toArray();
  }

  /** Also where a batch is computed in parts, and layer by layer. */
  @ParameterizedTest
  @CsvSource({
    "dpo, 1024, 0",
    "dpo, 1, 2",
    "ipo, 1024, 0",
    "ipo, 1, 0",
    "orpo, 1024, 0",
    "orpo, 1, 2",
    "simpo, 1024, 0",
    "simpo, 1, 0"
  })
  void agreesWithTrl(String name, int maxBatchTokens, int segments) throws IOException {
    JsonNode expected = reference.get(name);
    for (boolean chosenFirst : List.of(true, false)) {
      try (BaseModel model = load(maxBatchTokens, segments);
          AdaptedModel adapted = adapted(model, name);
          NDManager scope = model.manager().newSubManager()) {
        Point point = Point.of(scope.create(ReferenceLlama.theta(adapted.parameters())));
        Batch batch = adapted.batch(scope, pairs(chosenFirst));
        LossGradient found = adapted.lossGradient(scope, batch, point);
        double loss = expected.get("loss").asDouble();
        assertThat(found.terms()).isEqualTo(2);
        assertThat(found.loss()).isCloseTo(loss, within(EXACT * Math.max(1, loss)));
        assertThat(adapted.loss(scope, batch, point))
            .isCloseTo(loss, within(EXACT * Math.max(1, loss)));
        double[] norms = norms(adapted.parameters(), ArrayValues.of(found.theta()));
        for (int i = 0; i < norms.length; i++) {
          double norm = expected.get("gradient_norms").get(i).asDouble();
          assertThat(norms[i]).isCloseTo(norm, within(EXACT * Math.max(1, norm)));
        }
      }
    }
  }

  @Test
  void scoresWithAndWithoutAdapters() throws IOException {
    try (BaseModel model = load(1024, 0);
        AdaptedModel adapted = adapted(model, "orpo");
        NDManager scope = model.manager().newSubManager()) {
      Point point = Point.of(scope.create(ReferenceLlama.theta(adapted.parameters())));
      Batch batch = adapted.batch(scope, pairs(true));
      assertScores(
          adapted.scores(scope, batch, point), reference.get("sequence_log_probabilities"));
      double[][] before =
          adapted.ability(ReferenceScores.class).orElseThrow().referenceScores(scope, batch);
      assertScores(before, reference.get("reference_sequence_log_probabilities"));
      RewardModel rewarding = new RewardModel(adapted, 0.5, true);
      double[][] rewards = rewarding.scores(scope, rewarding.batch(scope, pairs(true)), point);
      assertThat(rewards[1][0])
          .isCloseTo(0.5 * (-19.653449627690577 + 19.003617724938373), within(EXACT));
      RewardModel alone = new RewardModel(adapted, 2, false);
      assertThat(alone.scores(scope, alone.batch(scope, pairs(true)), point)[0][1])
          .isCloseTo(2 * -14.53844606456658 / 3, within(EXACT));
    }
  }

  private static void assertScores(double[][] found, JsonNode expected) {
    for (int e = 0; e < 2; e++) {
      for (int c = 0; c < 2; c++) {
        double score = expected.get(e).get(c).asDouble();
        assertThat(found[e][c]).isCloseTo(score, within(EXACT * Math.abs(score)));
      }
    }
  }

  /** Derivatives in theta and in the gates, and products with the Hessian, against differences. */
  @ParameterizedTest
  @ValueSource(strings = {"dpo", "ipo", "orpo", "simpo"})
  void canBeSearchedByGates(String name) throws IOException {
    try (BaseModel model = load(30, 0);
        AdaptedModel adapted = adapted(model, name);
        NDManager scope = model.manager().newSubManager()) {
      double[] theta = ReferenceLlama.theta(adapted.parameters());
      double[] alpha = {0, 0.08, 0.09};
      double[] u =
          IntStream.range(0, theta.length).mapToDouble(i -> Math.sin(1 + 0.1 * i)).toArray();
      double[] a = {0.3, -0.2, 0.5};
      Batch batch = adapted.batch(scope, pairs(true));
      LossGradient at = adapted.lossGradient(scope, batch, point(scope, theta, alpha));
      LossGradient ahead =
          adapted.lossGradient(
              scope, batch, point(scope, moved(theta, u, STEP), moved(alpha, a, STEP)));
      LossGradient behind =
          adapted.lossGradient(
              scope, batch, point(scope, moved(theta, u, -STEP), moved(alpha, a, -STEP)));
      double slope =
          dot(ArrayValues.of(at.theta()), u) + dot(ArrayValues.of(at.alpha().orElseThrow()), a);
      assertThat(slope).isCloseTo((ahead.loss() - behind.loss()) / (2 * STEP), within(1e-4));
      Direction product =
          adapted.hessianProduct(
              scope,
              batch,
              point(scope, theta, alpha),
              new Direction(scope.create(u), scope.create(a)));
      assertDifference(product.theta(), ahead.theta(), behind.theta());
      assertDifference(product.alpha(), ahead.alpha().orElseThrow(), behind.alpha().orElseThrow());
    }
  }

  private static void assertDifference(NDArray product, NDArray ahead, NDArray behind) {
    double[] found = ArrayValues.of(product);
    double[] more = ArrayValues.of(ahead);
    double[] less = ArrayValues.of(behind);
    double scale = Arrays.stream(found).map(Math::abs).max().orElseThrow();
    assertThat(scale).isPositive();
    for (int i = 0; i < found.length; i++) {
      assertThat(found[i])
          .isCloseTo((more[i] - less[i]) / (2 * STEP), within(1e-6 * Math.max(1, scale)));
    }
  }

  private static Point point(NDManager scope, double[] theta, double[] alpha) {
    return Point.of(scope.create(theta), scope.create(alpha));
  }

  private static double[] moved(double[] from, double[] along, double step) {
    return IntStream.range(0, from.length).mapToDouble(i -> from[i] + step * along[i]).toArray();
  }

  private static double dot(double[] a, double[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> a[i] * b[i]).sum();
  }
}
