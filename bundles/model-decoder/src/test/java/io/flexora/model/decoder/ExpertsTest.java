package io.flexora.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.flexora.api.ability.LayerActivity;
import io.flexora.api.head.Head;
import io.flexora.api.head.Objective;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.Batch;
import io.flexora.api.model.ModelMemory;
import io.flexora.api.model.ModelShape;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.Point;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.formats.gguf.GgufMetadata;
import io.flexora.formats.gguf.GgufMetadataBuilder;
import io.flexora.formats.gguf.GgufType;
import io.flexora.formats.gguf.GgufValueType;
import io.flexora.formats.gguf.GgufWriter;
import io.flexora.formats.gguf.NewTensor;
import io.flexora.formats.safetensors.SafetensorsFile;
import io.flexora.formats.safetensors.SafetensorsWriter;
import io.flexora.formats.safetensors.Tensor;
import io.flexora.formats.safetensors.TensorInfo;
import io.flexora.numerics.transformer.ArrayValues;
import io.flexora.testkit.fixture.model.NumberHead;
import io.flexora.transformers.checkpoint.ComputeChoice;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Mixtures of experts beside what references tell. */
class ExpertsTest {

  private static final List<String> MODULES = List.of("q_proj", "v_proj");

  @TempDir private Path folder;

  /** The matrices of the other experts are so large that their outputs are no numbers. */
  @Test
  void aStepComputesWithTheExpertsOfItsTokensAlone() throws IOException {
    TinyModel whole = TinyModel.named("mixtral");
    List<JsonNode> routing = new ArrayList<>();
    whole.reference().get("routing_row1").forEach(layer -> routing.add(layer.get(0)));
    Files.copy(whole.folder().resolve("config.json"), folder.resolve("config.json"));
    List<Tensor> tensors = new ArrayList<>();
    int spoilt = 0;
    try (SafetensorsFile file = SafetensorsFile.open(whole.folder().resolve("model.safetensors"))) {
      for (TensorInfo info : file.tensors()) {
        float[] values = new float[(int) (info.byteCount() / Float.BYTES)];
        file.readFloats(info.name(), 0, FloatBuffer.wrap(values));
        if (isOfAnotherExpert(info.name(), routing)) {
          Arrays.fill(values, Float.MAX_VALUE);
          spoilt++;
        }
        tensors.add(Tensor.of(info.name(), info.shape(), values));
      }
    }
    SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors, Map.of());

    assertThat(spoilt).isEqualTo(3 * 2 * 3);
    int first = TinyModel.ints(whole.reference().get("input_ids").get(1))[0];
    double[] found = gradient(new TinyModel(folder), first);
    double[] expected = gradient(whole, first);
    assertThat(Arrays.stream(expected).map(Math::abs).max().orElseThrow()).isGreaterThan(0.1);
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat(found[i]).isCloseTo(expected[i], within(1e-12));
    }
  }

  private static boolean isOfAnotherExpert(String name, List<JsonNode> routing) {
    String[] parts = name.split("\\.", -1);
    if (!name.contains(".experts.")) {
      return false;
    }
    int[] chosen = TinyModel.ints(routing.get(Integer.parseInt(parts[2])));
    return IntStream.of(chosen).noneMatch(expert -> expert == Integer.parseInt(parts[5]));
  }

  /** Of an adapter that does not change routing yet, as B is zero. */
  private static double[] gradient(TinyModel tiny, int token) throws IOException {
    AdapterPlan plan =
        new AdapterPlan(Lora.method(0), List.of(0, 1, 2), MODULES, Head.NONE, Objective.CHOICES);
    try (BaseModel model = tiny.backend(ComputeChoice.FLOAT64, 0).load();
        AdaptedModel adapted = model.adapt(plan);
        NDManager scope = model.manager().newSubManager()) {
      Tokens row = TinyModel.question(new int[] {token}, List.of(new int[] {5}, new int[] {6}), 0);
      Point point = Point.of(scope.create(Lora.theta(adapted.parameters(), MODULES, 0.3, 0)));
      return ArrayValues.of(
          adapted.lossGradient(scope, adapted.batch(scope, List.of(row)), point).theta());
    }
  }

  /**
   * One layer of one head of two numbers, whose matrices of the attention are those of the
   * identity, and whose expert adds nothing.
   */
  @Test
  void queriesKeysAndValuesAreClipped() throws IOException {
    double bound = 0.7;
    float[] embedding = {0.3f, -1.1f, 0.9f, 0.2f, -0.5f, 0.8f};
    clipped(bound, embedding);
    double[][] x = {{embedding[2], embedding[3]}, {embedding[0], embedding[1]}};
    double[][] low = {clamped(normed(normed(x[0])), bound), clamped(normed(normed(x[1])), bound)};
    double[][] value = {clamped(normed(x[0]), bound), clamped(normed(x[1]), bound)};
    double[] query = turned(low[1], 1);
    double before = Math.exp(dot(query, low[0]) / Math.sqrt(2));
    double own = Math.exp(dot(query, turned(low[1], 1)) / Math.sqrt(2));
    double[] sum = new double[2];
    for (int i = 0; i < 2; i++) {
      sum[i] = x[1][i] + (before * value[0][i] + own * value[1][i]) / (before + own);
    }
    double[] last = normed(sum);
    double[] logits = new double[3];
    for (int token = 0; token < 3; token++) {
      logits[token] = embedding[2 * token] * last[0] + embedding[2 * token + 1] * last[1];
    }
    double total = Math.log(Arrays.stream(logits).map(Math::exp).sum());

    AdapterPlan nothing = new AdapterPlan(Lora.method(0), List.of(), List.of(), Head.NONE);
    try (BaseModel model = new TinyModel(folder).backend(ComputeChoice.FLOAT64, 0).load();
        AdaptedModel bare = model.adapt(nothing);
        NDManager scope = model.manager().newSubManager()) {
      List<int[]> every = List.of(new int[] {0}, new int[] {1}, new int[] {2});
      Tokens row = TinyModel.question(new int[] {1, 0}, every, 0);
      Point point = Point.of(scope.create(new double[0]));
      double[] scores = bare.scores(scope, bare.batch(scope, List.of(row)), point)[0];
      for (int token = 0; token < 3; token++) {
        assertThat(scores[token]).isCloseTo(logits[token] - total, within(1e-9));
      }
    }
  }

  private void clipped(double bound, float[] embedding) throws IOException {
    Files.writeString(
        folder.resolve("config.json"),
        """
        {"model_type": "olmoe", "hidden_size": 2, "intermediate_size": 2, "vocab_size": 3,
         "num_hidden_layers": 1, "num_attention_heads": 1, "num_experts": 1,
         "num_experts_per_tok": 1, "rms_norm_eps": 1e-12, "tie_word_embeddings": true,
         "clip_qkv": %s}
        """
            .formatted(bound));
    List<Tensor> tensors = new ArrayList<>();
    tensors.add(Tensor.of("model.embed_tokens.weight", List.of(3L, 2L), embedding));
    for (String norm :
        List.of(
            "input_layernorm",
            "post_attention_layernorm",
            "self_attn.q_norm",
            "self_attn.k_norm")) {
      tensors.add(ones("model.layers.0." + norm + ".weight"));
    }
    tensors.add(ones("model.norm.weight"));
    for (String matrix : List.of("q_proj", "k_proj", "v_proj", "o_proj")) {
      String name = "model.layers.0.self_attn." + matrix + ".weight";
      tensors.add(Tensor.of(name, List.of(2L, 2L), new float[] {1, 0, 0, 1}));
    }
    tensors.add(Tensor.of("model.layers.0.mlp.gate.weight", List.of(1L, 2L), new float[2]));
    for (String matrix : List.of("gate_proj", "up_proj", "down_proj")) {
      String name = "model.layers.0.mlp.experts.0." + matrix + ".weight";
      tensors.add(Tensor.of(name, List.of(2L, 2L), new float[4]));
    }
    SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors, Map.of());
  }

  private static Tensor ones(String name) {
    return Tensor.of(name, List.of(2L), new float[] {1, 1});
  }

  private static double[] normed(double[] x) {
    double root = Math.sqrt(dot(x, x) / 2 + 1e-12);
    return new double[] {x[0] / root, x[1] / root};
  }

  private static double[] clamped(double[] x, double bound) {
    return Arrays.stream(x).map(v -> Math.max(-bound, Math.min(bound, v))).toArray();
  }

  private static double[] turned(double[] x, double angle) {
    return new double[] {
      x[0] * Math.cos(angle) - x[1] * Math.sin(angle),
      x[1] * Math.cos(angle) + x[0] * Math.sin(angle)
    };
  }

  private static double dot(double[] x, double[] y) {
    return x[0] * y[0] + x[1] * y[1];
  }

  @Test
  void theRoutersLossNeedsExpertsAndAnswers() throws IOException {
    TinyModel dense = TinyModel.named("llama2").withRouterLoss(0.01);
    assertThatThrownBy(() -> dense.backend(ComputeChoice.FLOAT32, 0).describe())
        .isInstanceOf(IncompatibleOptionException.class)
        .hasMessage("router_aux_loss_coef is 0.01, but a llama has no experts; leave it 0");
    TinyModel sparse = TinyModel.named("olmoe").withRouterLoss(0.01);
    Head head = new NumberHead(Head.Input.POOLED, 2, 3);
    try (BaseModel model = sparse.backend(ComputeChoice.FLOAT32, 0).load()) {
      AdapterPlan plan = new AdapterPlan(Lora.method(0), List.of(1), MODULES, head);
      assertThatThrownBy(() -> model.adapt(plan))
          .isInstanceOf(IncompatibleOptionException.class)
          .hasMessageContaining("router_aux_loss_coef: the head");
    }
  }

  /** The layers add up what the loss reads behind their states; nothing else sees that. */
  @Test
  void theRoutersLossChangesNoActivity() throws IOException {
    TinyModel plain = TinyModel.named("olmoe");
    LayerActivity expected = activity(plain);
    LayerActivity found = activity(plain.withRouterLoss(0.3));
    assertThat(found).usingRecursiveComparison().isEqualTo(expected);
  }

  private static LayerActivity activity(TinyModel tiny) throws IOException {
    AdapterPlan plan = new AdapterPlan(Lora.method(0), List.of(1), MODULES, Head.NONE);
    try (BaseModel model = tiny.backend(ComputeChoice.FLOAT64, 0).load();
        AdaptedModel adapted = model.adapt(plan);
        NDManager scope = model.manager().newSubManager()) {
      Point point = Point.of(scope.create(Lora.theta(adapted.parameters(), MODULES, 0.3, 0.2)));
      Batch batch = adapted.batch(scope, TinyModel.rows(tiny.reference()));
      // What was made for the loss is there already.
      adapted.lossGradient(scope, batch, point);
      return ((LayerActivity.Meter) adapted).activity(scope, batch, point);
    }
  }

  /** Files that are written by the rules of llama.cpp's conversion. */
  @ParameterizedTest
  @CsvSource({"qwen3_moe, qwen3moe", "mixtral, llama", "olmoe, olmoe", "granitemoe, granitemoe"})
  void readsStackedExpertsOfGguf(String name, String architecture) throws IOException {
    TinyModel tiny = TinyModel.named(name);
    boolean turned = List.of("mixtral", "granitemoe").contains(name);
    GgufMetadataBuilder metadata = metadata(architecture, name);
    Map<String, Stack> stacks = new LinkedHashMap<>();
    try (SafetensorsFile file = SafetensorsFile.open(tiny.folder().resolve("model.safetensors"))) {
      for (TensorInfo info : file.tensors()) {
        float[] values = new float[(int) (info.byteCount() / Float.BYTES)];
        file.readFloats(info.name(), 0, FloatBuffer.wrap(values));
        add(stacks, info.name(), info.shape(), values, turned);
      }
    }
    List<NewTensor> tensors = new ArrayList<>();
    stacks.forEach((gguf, stack) -> tensors.add(stack.tensor(gguf)));
    GgufWriter.write(folder.resolve("model.gguf"), metadata.build(), tensors);
    Files.copy(tiny.folder().resolve("reference.json"), folder.resolve("reference.json"));

    ReferenceTest.compareExperts(new TinyModel(folder), ComputeChoice.FLOAT64, 1e-9);
  }

  private static GgufMetadataBuilder metadata(String architecture, String name) {
    GgufMetadataBuilder metadata = GgufMetadata.builder();
    metadata.putString("general.architecture", architecture);
    Map<String, Integer> whole = new LinkedHashMap<>();
    whole.put("block_count", 3);
    whole.put("context_length", 64);
    whole.put("embedding_length", 24);
    whole.put("feed_forward_length", name.equals("qwen3_moe") ? 22 : 12);
    whole.put("expert_feed_forward_length", 12);
    whole.put("attention.head_count", 4);
    whole.put("attention.head_count_kv", name.equals("olmoe") ? 4 : 2);
    whole.put("attention.key_length", name.equals("qwen3_moe") ? 8 : 6);
    whole.put("attention.value_length", name.equals("qwen3_moe") ? 8 : 6);
    whole.put("expert_count", 4);
    whole.put("expert_used_count", 2);
    if (name.equals("mixtral")) {
      whole.put("attention.sliding_window", 6);
    }
    whole.forEach(
        (key, value) -> metadata.putNumber(architecture + "." + key, GgufValueType.UINT32, value));
    Map<String, Double> real = new LinkedHashMap<>();
    real.put("rope.freq_base", 10_000.0);
    real.put(
        "attention.layer_norm_rms_epsilon",
        List.of("mixtral", "olmoe").contains(name) ? 1e-5 : 1e-6);
    if (name.equals("granitemoe")) {
      real.put("embedding_scale", 8.0);
      real.put("attention.scale", 0.3);
      real.put("residual_scale", 0.4);
      real.put("logit_scale", 4.0);
    }
    real.forEach(
        (key, value) -> metadata.putNumber(architecture + "." + key, GgufValueType.FLOAT64, value));
    return metadata;
  }

  /** Matrices of the same shape below each other; one alone is no stack. */
  private record Stack(List<Long> shape, List<float[]> parts, boolean stacked) {
    NewTensor tensor(String name) {
      List<Long> whole = new ArrayList<>(shape);
      if (stacked) {
        whole.add(0, (long) parts.size());
      }
      int size = parts.get(0).length;
      return NewTensor.of(
          name,
          whole,
          GgufType.F32,
          (first, target, count) -> {
            for (int i = 0; i < count; i++) {
              target[i] = parts.get((int) ((first + i) / size))[(int) ((first + i) % size)];
            }
          });
    }
  }

  private static void add(
      Map<String, Stack> stacks, String name, List<Long> shape, float[] values, boolean turned) {
    if (name.contains(".input_linear.")) {
      int half = values.length / 8;
      for (int expert = 0; expert < 4; expert++) {
        int at = 2 * half * expert;
        List<Long> own = List.of(12L, 24L);
        stack(stacks, gguf(name, "ffn_gate_exps"), own, Arrays.copyOfRange(values, at, at + half));
        stack(
            stacks,
            gguf(name, "ffn_up_exps"),
            own,
            Arrays.copyOfRange(values, at + half, at + 2 * half));
      }
      return;
    }
    if (name.contains(".output_linear.")) {
      stacks.put(
          gguf(name, "ffn_down_exps"), new Stack(shape, new ArrayList<>(List.of(values)), false));
      return;
    }
    String[] known = {
      "embed_tokens",
      "token_embd",
      "lm_head",
      "output",
      "input_layernorm",
      "attn_norm",
      "post_attention_layernorm",
      "ffn_norm",
      "q_proj",
      "attn_q",
      "k_proj",
      "attn_k",
      "v_proj",
      "attn_v",
      "o_proj",
      "attn_output",
      "q_norm",
      "attn_q_norm",
      "k_norm",
      "attn_k_norm",
      "gate",
      "ffn_gate_inp",
      "layer",
      "ffn_gate_inp",
      "gate_proj",
      "ffn_gate_exps",
      "up_proj",
      "ffn_up_exps",
      "down_proj",
      "ffn_down_exps",
      "w1",
      "ffn_gate_exps",
      "w3",
      "ffn_up_exps",
      "w2",
      "ffn_down_exps",
      "norm",
      "output_norm"
    };
    String[] parts = name.split("\\.", -1);
    String module = parts[parts.length - 2];
    int at = 0;
    while (!known[at].equals(module)) {
      at += 2;
    }
    boolean permuted = turned && List.of("q_proj", "k_proj").contains(module);
    String gguf = gguf(name, known[at + 1]);
    if (name.contains(".experts.")) {
      stack(stacks, gguf, shape, values);
    } else {
      float[] own = permuted ? permuted(values) : values;
      stacks.put(gguf, new Stack(shape, List.of(own), false));
    }
  }

  /** Experts come in the order of their names, as there are fewer than ten. */
  private static void stack(
      Map<String, Stack> stacks, String gguf, List<Long> shape, float[] values) {
    stacks
        .computeIfAbsent(gguf, n -> new Stack(shape, new ArrayList<>(), true))
        .parts()
        .add(values);
  }

  private static String gguf(String name, String module) {
    String[] parts = name.split("\\.", -1);
    return (parts[1].equals("layers") ? "blk." + parts[2] + "." : "") + module + ".weight";
  }

  /** {@code reshape(heads, 2, 3, 24).swapaxes(1, 2)} of heads of six rows. */
  private static float[] permuted(float[] values) {
    float[] permuted = new float[values.length];
    for (int row = 0; row < values.length / 24; row++) {
      int head = row / 6;
      int half = row % 6 / 3;
      int to = 6 * head + 2 * (row % 3) + half;
      System.arraycopy(values, 24 * row, permuted, 24 * to, 24);
    }
    return permuted;
  }

  /** Three layers of 24, four heads of 6, two of them of keys, and four experts of 12. */
  @Test
  void countsTheMatricesOfAllExperts() throws IOException {
    DecoderBackend backend = TinyModel.named("mixtral").backend(ComputeChoice.FLOAT32, 0);
    ModelShape shape = backend.describe();
    long attention = 24 * (24 + 12 + 12 + 24);
    long experts = 4 * 3 * 24 * 12 + 4 * 24;
    long parameters = 3 * (attention + experts + 2 * 24) + 2 * 96 * 24 + 24;
    assertThat(shape.frozenParameters()).isEqualTo(parameters);
    assertThat(shape.weightBytes()).isEqualTo(4 * parameters);
    assertThat(shape.modules())
        .extracting("name")
        .containsExactly("q_proj", "k_proj", "v_proj", "o_proj");
    ModelMemory.Layer layer = backend.memory().layer();
    // For each of a token's two experts: gate and up with what is made of them, rows and output.
    long sparse = 2 * (4 * 12 + 3 * 24) + 2 * 4;
    assertThat(layer.ofToken()).isEqualTo(4 * (4 * 24 + 2 * 24 + 2 * 12 + sparse));
  }
}
