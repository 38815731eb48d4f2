package io.flexora.model.gpt2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.flexora.api.ability.ModelExporter;
import io.flexora.api.ability.TextGenerator;
import io.flexora.api.ability.TextGenerator.Sampling;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.head.Head;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.Point;
import io.flexora.api.run.FlexoraException;
import io.flexora.formats.safetensors.SafetensorsFile;
import io.flexora.formats.safetensors.TensorInfo;
import io.flexora.transformers.causal.AdaptedCausal;
import io.flexora.transformers.checkpoint.ComputeChoice;
import io.flexora.transformers.checkpoint.WeightStorage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What follows from the model itself, in every variant of it. */
class GptTest {

  private static final int[] TEXT = {9, 3, 17, 5};

  @TempDir private Path temporary;

  static Stream<Map<String, Object>> variants() {
    return Stream.of(
        TinyGpt.gpt2(),
        TinyGpt.with(TinyGpt.gpt2(), "scale_attn_by_inverse_layer_idx", true),
        TinyGpt.with(TinyGpt.gpt2(), "scale_attn_weights", false),
        TinyGpt.with(TinyGpt.gpt2(), "tie_word_embeddings", false),
        TinyGpt.neox(),
        TinyGpt.with(TinyGpt.neox(), "use_parallel_residual", false),
        TinyGpt.with(TinyGpt.neox(), "attention_bias", false),
        TinyGpt.with(TinyGpt.neox(), "rotary_pct", 1.0));
  }

  private static Point point(NDManager scope, AdaptedModel adapted, List<String> modules) {
    NDArray theta = scope.create(TinyGpt.theta(adapted.parameters(), modules));
    return Point.of(theta.toType(DataType.FLOAT32, false));
  }

  private static AdapterPlan everywhere(BaseModel model) {
    return new AdapterPlan(TinyGpt.lora(), List.of(0, 2), names(model), Head.NONE);
  }

  private static List<String> names(BaseModel model) {
    return model.shape().modules().stream().map(ModuleShape::name).toList();
  }

  /** Greedy tokens, one by one from kept keys and values, are those of the highest score. */
  @ParameterizedTest
  @MethodSource("variants")
  void generatesWhatItScoresHighest(Map<String, Object> keys) throws IOException {
    Path folder = TinyGpt.write(temporary.resolve("model"), keys);
    try (BaseModel model = TinyGpt.backend(folder, ComputeChoice.FLOAT32, 0).load();
        AdaptedModel adapted = model.adapt(everywhere(model));
        NDManager scope = model.manager().newSubManager()) {
      Point point = point(scope, adapted, names(model));
      int[] generated =
          adapted
              .ability(TextGenerator.class)
              .orElseThrow()
              .generate(scope, TEXT, point, new Sampling(5, 0, 1, 0, Set.of()), token -> {});

      assertThat(generated).hasSize(5);
      int[] known = TEXT;
      for (int token : generated) {
        assertThat(token).isEqualTo(best(scope, adapted, point, known));
        known = Arrays.copyOf(known, known.length + 1);
        known[known.length - 1] = token;
      }
    }
  }

  private static int best(NDManager scope, AdaptedModel model, Point point, int[] known) {
    List<int[]> every = IntStream.range(0, 24).mapToObj(i -> new int[] {i}).toList();
    double[] scores =
        model.scores(scope, model.batch(scope, List.of(TinyGpt.question(known, every))), point)[0];
    return IntStream.range(0, scores.length)
        .reduce((a, b) -> scores[b] > scores[a] ? b : a)
        .orElseThrow();
  }

  @ParameterizedTest
  @MethodSource("variants")
  void anExportComputesWhatTheAdaptedModelDoes(Map<String, Object> keys) throws IOException {
    Path folder = TinyGpt.write(temporary.resolve("model"), keys);
    Path merged = temporary.resolve("merged");
    double[] adapted = exported(folder, merged);

    double[] read = logits(merged);
    for (int i = 0; i < adapted.length; i++) {
      assertThat(read[i]).isCloseTo(adapted[i], within(1e-4));
    }
    assertThat(tensors(merged)).isEqualTo(tensors(folder));
    assertThat(merged.resolve("config.json")).hasSameBinaryContentAs(folder.resolve("config.json"));
  }

  private static double[] exported(Path folder, Path merged) throws IOException {
    return exported(folder, merged, WeightStorage.DENSE);
  }

  private static double[] exported(Path folder, Path merged, WeightStorage weights)
      throws IOException {
    try (BaseModel model = TinyGpt.backend(folder, ComputeChoice.FLOAT32, 0, weights).load();
        AdaptedCausal adapted = (AdaptedCausal) model.adapt(everywhere(model));
        NDManager scope = model.manager().newSubManager()) {
      Point point = point(scope, adapted, names(model));
      adapted
          .ability(ModelExporter.class)
          .orElseThrow()
          .export("safetensors", point.theta(), List.of(), merged);
      return adapted.logits(point, TEXT);
    }
  }

  private static double[] logits(Path folder) throws IOException {
    AdapterPlan nothing = new AdapterPlan(TinyGpt.lora(), List.of(), List.of(), Head.NONE);
    try (BaseModel model = TinyGpt.backend(folder, ComputeChoice.FLOAT32, 0).load();
        AdaptedCausal bare = (AdaptedCausal) model.adapt(nothing);
        NDManager scope = model.manager().newSubManager()) {
      return bare.logits(Point.of(scope.create(new float[0])), TEXT);
    }
  }

  /** Names and shapes. */
  private static List<String> tensors(Path folder) throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(folder.resolve("model.safetensors"))) {
      return file.tensors().stream().map(t -> t.name() + t.shape()).sorted().toList();
    }
  }

  /** A merged model has the numbers that were trained on, rounded to half precision. */
  @ParameterizedTest
  @EnumSource(names = {"NF4", "INT8"})
  void staysQuantisedThoughItsMatricesAreTransposed(WeightStorage weights) throws IOException {
    Path folder = TinyGpt.write(temporary.resolve("model"), TinyGpt.gpt2());
    Path merged = temporary.resolve("merged");
    double[] adapted = exported(folder, merged, weights);

    double[] read = logits(merged);
    double[] exact = logits(folder);
    for (int i = 0; i < adapted.length; i++) {
      assertThat(read[i]).isCloseTo(adapted[i], within(0.01));
    }
    assertThat(exact).isNotEqualTo(read);
    assertThat(tensors(merged)).isEqualTo(tensors(folder));
  }

  /** As GPT-2 was published. */
  @Test
  void readsAndWritesNamesWithoutPrefix() throws IOException {
    Path prefixed = TinyGpt.write(temporary.resolve("model"), TinyGpt.gpt2());
    Path bare =
        TinyGpt.write(
            temporary.resolve("bare"),
            TinyGpt.gpt2(),
            name -> name.replaceFirst("^transformer\\.", ""));
    assertThat(logits(bare)).containsExactly(logits(prefixed));

    exported(bare, temporary.resolve("merged"));
    assertThat(tensors(temporary.resolve("merged")))
        .isEqualTo(tensors(bare))
        .noneMatch(name -> name.startsWith("transformer."));
  }

  /** The change of a Conv1D is the transpose of B A. */
  @Test
  void mergesIntoTheMatrixAsItIsStored() throws IOException {
    Path folder = TinyGpt.write(temporary.resolve("model"), TinyGpt.gpt2());
    exported(folder, temporary.resolve("merged"));
    String name = "transformer.h.2.mlp.c_fc.weight";
    float[] before = numbers(folder, name);
    float[] after = numbers(temporary.resolve("merged"), name);
    int outputs = 20;
    int input = 3;
    int output = 7;
    double change = 0;
    for (int r = 0; r < 8; r++) {
      double a = 0.3 * Math.sin(0.37 * (r + 1) * (input + 1) + 2 + 0.5 * 2);
      double b = 0.2 * Math.cos(0.11 * (output + 1) + 0.7 * r + 2 - 2);
      change += 2 * a * b;
    }
    int at = input * outputs + output;
    assertThat((double) after[at] - before[at]).isCloseTo(change, within(1e-6));
    assertThat(numbers(temporary.resolve("merged"), "transformer.h.1.mlp.c_fc.weight"))
        .containsExactly(numbers(folder, "transformer.h.1.mlp.c_fc.weight"));
  }

  private static float[] numbers(Path folder, String name) throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(folder.resolve("model.safetensors"))) {
      TensorInfo info =
          file.tensors().stream().filter(t -> t.name().equals(name)).findFirst().orElseThrow();
      ByteBuffer bytes = ByteBuffer.allocate((int) info.byteCount());
      file.read(name, 0, bytes.order(java.nio.ByteOrder.LITTLE_ENDIAN));
      float[] values = new float[(int) info.byteCount() / Float.BYTES];
      bytes.flip().asFloatBuffer().get(values);
      return values;
    }
  }

  @Test
  void describesItsModulesAsPeftNamesThem() throws IOException {
    TinyGpt.write(temporary.resolve("gpt2"), TinyGpt.gpt2());
    TinyGpt.write(temporary.resolve("neox"), TinyGpt.neox());
    var gpt2 = TinyGpt.backend(temporary.resolve("gpt2"), ComputeChoice.FLOAT32, 0).describe();
    var neox = TinyGpt.backend(temporary.resolve("neox"), ComputeChoice.FLOAT32, 0).describe();

    assertThat(gpt2.modules().stream().map(m -> m.path(1)))
        .containsExactly(
            "transformer.h.1.attn.c_attn",
            "transformer.h.1.attn.c_proj",
            "transformer.h.1.mlp.c_fc",
            "transformer.h.1.mlp.c_proj");
    assertThat(gpt2.modules().stream().map(ModuleShape::name))
        .containsExactly("c_attn", "attn.c_proj", "c_fc", "mlp.c_proj");
    assertThat(gpt2.modules()).allMatch(ModuleShape::transposed);
    assertThat(neox.modules().stream().map(ModuleShape::name))
        .containsExactly("query_key_value", "dense", "dense_h_to_4h", "dense_4h_to_h");
    assertThat(neox.modules()).noneMatch(ModuleShape::transposed);
    assertThat(gpt2.defaultTargets()).containsExactly("c_attn");
    assertThat(neox.defaultTargets()).containsExactly("query_key_value");
  }

  static Stream<Arguments> refused() {
    List<Arguments> cases = new ArrayList<>();
    cases.add(Arguments.of(TinyGpt.gpt2(), "model_type", "gptj", "gpt2, gpt_neox"));
    cases.add(
        Arguments.of(
            TinyGpt.gpt2(),
            "architectures",
            List.of("GPT2ForSequenceClassification"),
            "has to be a GPT2LMHeadModel"));
    cases.add(Arguments.of(TinyGpt.gpt2(), "add_cross_attention", true, "not supported"));
    cases.add(Arguments.of(TinyGpt.gpt2(), "n_head", 5, "a multiple of"));
    cases.add(Arguments.of(TinyGpt.gpt2(), "activation_function", "mish", "gelu_new"));
    cases.add(Arguments.of(TinyGpt.gpt2(), "layer_norm_epsilon", -1, "between 0 and 1"));
    cases.add(Arguments.of(TinyGpt.gpt2(), "layer_norm_epsilon", 1e-300, "float32"));
    cases.add(Arguments.of(TinyGpt.gpt2(), "n_layer", 1_000_000, "accepted is 1 to"));
    cases.add(Arguments.of(TinyGpt.gpt2(), "n_layer", 0, "accepted is 1 to"));
    cases.add(Arguments.of(TinyGpt.gpt2(), "vocab_size", 0, "accepted is 1 to"));
    cases.add(Arguments.of(TinyGpt.gpt2(), "n_positions", -1, "accepted is 1 to"));
    cases.add(Arguments.of(TinyGpt.gpt2(), "pad_token_id", 9_999_999, "of the vocabulary"));
    cases.add(Arguments.of(TinyGpt.neox(), "pad_token_id", -2, "of the vocabulary"));
    cases.add(Arguments.of(TinyGpt.neox(), "rotary_emb_base", 1e308, "1e12 at most"));
    cases.add(
        Arguments.of(
            TinyGpt.gpt2(), "quantization_config", Map.of("bits", 4), "are not supported"));
    cases.add(Arguments.of(TinyGpt.neox(), "rotary_pct", 0.2, "an even part of a head"));
    cases.add(
        Arguments.of(
            TinyGpt.neox(),
            "rope_scaling",
            Map.of("rope_type", "yarn", "factor", 2),
            "only the types default, linear and llama3"));
    cases.add(Arguments.of(TinyGpt.neox(), "rope_theta", 500000, "within rope_parameters alone"));
    return cases.stream();
  }

  @ParameterizedTest
  @MethodSource("refused")
  void refusesByNameWhatItDoesNotCompute(
      Map<String, Object> keys, String key, Object value, String message) throws IOException {
    Path folder = TinyGpt.describe(temporary, TinyGpt.with(keys, key, value));
    String named = key.equals("n_head") ? "n_embd" : key.equals("rope_scaling") ? "rope_type" : key;

    assertThatThrownBy(() -> Gpt.read(folder))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("'" + named + "'")
        .hasMessageContaining(message);
  }

  @Test
  void readsOlderAndNewerNamesOfTheSame() throws IOException {
    Map<String, Object> newer = TinyGpt.neox();
    newer.remove("rotary_pct");
    newer.put(
        "rope_parameters",
        Map.of(
            "rope_type",
            "linear",
            "factor",
            4.0,
            "rope_theta",
            500.0,
            "partial_rotary_factor",
            1.0));
    Map<String, Object> older = TinyGpt.with(TinyGpt.neox(), "rotary_pct", 1.0);
    older.put("rotary_emb_base", 500);
    older.put("rope_scaling", Map.of("type", "linear", "factor", 4.0));
    Gpt one = (Gpt) Gpt.read(TinyGpt.describe(temporary.resolve("newer"), newer));
    Gpt other = (Gpt) Gpt.read(TinyGpt.describe(temporary.resolve("older"), older));
    float[] frequencies = one.frequencies().orElseThrow();

    assertThat(frequencies).hasSize(4);
    for (int i = 0; i < 4; i++) {
      float expected = (float) (Math.pow(500, -i / 4.0) / 4);
      assertThat(frequencies[i]).isCloseTo(expected, within(1e-7f));
    }
    assertThat(other.frequencies().orElseThrow()).isEqualTo(frequencies);
    Map<String, Object> common = TinyGpt.gpt2();
    common.put("hidden_size", common.remove("n_embd"));
    common.put("num_hidden_layers", common.remove("n_layer"));
    assertThat(Gpt.read(TinyGpt.describe(temporary.resolve("common"), common)).arrays().all())
        .isEqualTo(
            Gpt.read(TinyGpt.describe(temporary.resolve("own"), TinyGpt.gpt2())).arrays().all());
  }
}
