package io.flexora.model.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flexora.api.ability.TextEmbedder;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.data.Example;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.head.Head;
import io.flexora.api.input.Tokenizer;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.Point;
import io.flexora.api.plan.Slice;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Seeds;
import io.flexora.model.encoder.family.Encoder;
import io.flexora.model.encoder.family.Families;
import io.flexora.numerics.transformer.ArrayValues;
import io.flexora.numerics.transformer.NoAdapter;
import io.flexora.transformers.checkpoint.ComputeChoice;
import io.flexora.transformers.token.TextOptions.Pooling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares tiny encoders of every family with transformers and PEFT. */
class FamilyReferenceTest {

  private static final List<String> TASKS =
      List.of("sequence", "regression", "multi_label", "token");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bert",
        "roberta",
        "xlm-roberta",
        "distilbert",
        "electra",
        "mpnet",
        "modernbert",
        "deberta-v2"
      })
  void agreesWithTransformersAndPeft(String family) throws IOException {
    TinyEncoder tiny = TinyEncoder.named(family);
    compare(tiny, ComputeChoice.FLOAT64, TASKS, 1e-9);
    compare(tiny, ComputeChoice.FLOAT32, List.of("sequence"), 1e-4);
  }

  /**
   * Own matrices of the table and unbounded distances, queries or keys alone, content alone; a
   * convolution, token types, absolute positions, and narrower embeddings.
   */
  @ParameterizedTest
  @ValueSource(strings = {"own-tables", "reads-queries", "reads-keys", "by-content"})
  void agreesWithEveryFormOfDebertasAttention(String form) throws IOException {
    TinyEncoder tiny = TinyEncoder.named("deberta-v2-" + form);
    compare(tiny, ComputeChoice.FLOAT64, List.of("sequence"), 1e-9);
    compare(tiny, ComputeChoice.FLOAT32, List.of("sequence"), 1e-4);
  }

  private static void compare(
      TinyEncoder tiny, ComputeChoice type, List<String> tasks, double tolerance)
      throws IOException {
    for (Pooling pooling : Pooling.values()) {
      try (BaseModel model = tiny.backend(type, pooling).load();
          NDManager scope = model.manager().newSubManager()) {
        NDArray vectors = ((TextEmbedder) model).embed(scope, tiny.rows("sequence"));
        String key = pooling == Pooling.CLS ? "embedding_cls" : "embedding_mean";
        assertClose(
            ArrayValues.of(vectors), TinyEncoder.doubles(tiny.reference().get(key)), tolerance);
      }
    }
    try (BaseModel model = tiny.backend(type, Pooling.CLS).load()) {
      for (String task : tasks) {
        compare(tiny, model, task, tolerance);
      }
    }
  }

  private static void compare(TinyEncoder tiny, BaseModel model, String task, double tolerance)
      throws IOException {
    JsonNode expected = tiny.reference().get("tasks").get(task);
    List<Integer> layers = IntStream.range(0, model.shape().layers()).boxed().toList();
    Head head = tiny.head(task);
    AdapterMethod lora = Adapters.lora(8, 0);
    try (AdaptedModel bare =
            model.adapt(new AdapterPlan(new NoAdapter(), List.of(), List.of(), head));
        AdaptedModel adapted = model.adapt(new AdapterPlan(lora, layers, tiny.targets(), head));
        NDManager scope = model.manager().newSubManager()) {
      Point start = point(tiny, task, scope, bare);
      Point point = point(tiny, task, scope, adapted);
      assertClose(
          scores(tiny, task, scope, bare, start),
          TinyEncoder.doubles(expected.get("logits")),
          tolerance);
      assertClose(
          scores(tiny, task, scope, adapted, point),
          TinyEncoder.doubles(expected.get("lora_logits")),
          tolerance);
      assertThat(bare.loss(scope, bare.batch(scope, tiny.rows(task)), start))
          .isCloseTo(expected.get("loss").asDouble(), within(tolerance));
      LossGradient found =
          adapted.lossGradient(scope, adapted.batch(scope, tiny.rows(task)), point);
      assertThat(found.loss()).isCloseTo(expected.get("lora_loss").asDouble(), within(tolerance));
      double[] row = TinyEncoder.doubles(expected.get("lora_gradient_first_A_row0"));
      double[] gradient = ArrayValues.of(found.theta());
      assertClose(Arrays.copyOf(gradient, row.length), row, tolerance);
      List<Double> norms = new ArrayList<>();
      expected.get("lora_gradient_norms").forEach(norm -> norms.add(norm.asDouble()));
      expected.get("head_gradient_norms").forEach(norm -> norms.add(norm.asDouble()));
      assertClose(
          norms(adapted.parameters().slices(), gradient),
          norms.stream().mapToDouble(Double::doubleValue).toArray(),
          tolerance);
    }
  }

  private static Point point(TinyEncoder tiny, String task, NDManager scope, AdaptedModel model)
      throws IOException {
    NDArray theta = scope.create(tiny.theta(task, model.parameters()));
    return Point.of(theta.toType(model.initialTheta(scope, new Seeds(1)).getDataType(), false));
  }

  private static double[] scores(
      TinyEncoder tiny, String task, NDManager scope, AdaptedModel model, Point point) {
    double[][] scores = model.scores(scope, model.batch(scope, tiny.rows(task)), point);
    return Arrays.stream(scores).flatMapToDouble(Arrays::stream).toArray();
  }

  private static double[] norms(List<Slice> slices, double[] gradient) {
    return slices.stream()
        .mapToDouble(
            slice ->
                Math.sqrt(
                    IntStream.range(0, (int) slice.size())
                        .mapToDouble(i -> gradient[(int) slice.offset() + i])
                        .map(g -> g * g)
                        .sum()))
        .toArray();
  }

  private static void assertClose(double[] found, double[] expected, double tolerance) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.length; i++) {
      double most = tolerance * Math.max(1, Math.abs(expected[i]));
      assertThat(found[i]).isCloseTo(expected[i], within(most));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bert",
        "roberta",
        "xlm-roberta",
        "distilbert",
        "electra",
        "mpnet",
        "modernbert",
        "deberta-v2"
      })
  void tokenizesTextsAndPairsAsTransformersDoes(String family) throws IOException {
    TinyEncoder tiny = TinyEncoder.named(family);
    JsonNode texts = tiny.reference().get("texts");
    Head head = Head.classes(2);
    try (Tokenizer tokenizer = tiny.backend(ComputeChoice.FLOAT64, Pooling.CLS).tokenizer()) {
      Example one = new Example("1", texts.get(1).asText(), List.of("-"), 0);
      Example pair =
          new Example("0", texts.get(0).get(0).asText(), List.of("-"), 0)
              .withSecond(Optional.of(texts.get(0).get(1).asText()));
      List<Tokens> rows = tiny.rows("sequence");
      assertThat(tokenizer.tokens(pair, head).ids()).isEqualTo(rows.get(0).ids());
      if (tiny.reference().has("token_type_ids")) {
        assertThat(tokenizer.tokens(pair, head).texts().get(0).second())
            .isEqualTo(rows.get(0).texts().get(0).second());
      }
      assertThat(tokenizer.tokens(one, head).ids()).isEqualTo(rows.get(1).ids());
    }
  }

  /** Published checkpoints have the keys of transformers 4, the reference those of 5. */
  @Test
  void readsOlderKeysOfModernBert(@TempDir Path folder) throws IOException {
    ObjectNode config = modernBert();
    Encoder newer = modernBert(folder, config);
    config.remove(List.of("layer_types", "rope_parameters"));
    config.put("global_rope_theta", 160_000).put("local_rope_theta", 10_000);
    assertThat(modernBert(folder, config).text()).isEqualTo(newer.text());
    config.putNull("local_rope_theta");
    assertThat(modernBert(folder, config).text().text())
        .contains("theta = 160000.0")
        .doesNotContain("theta = 10000.0");
  }

  @Test
  void readsTheBiasesThatModernBertMayHave(@TempDir Path folder) throws IOException {
    ObjectNode config = modernBert();
    config.put("norm_bias", true).put("attention_bias", true).put("mlp_bias", true);
    Encoder encoder = modernBert(folder, config);
    assertThat(encoder.arrays().perLayer()).isEqualTo(12);
    assertThat(encoder.text().text())
        .contains("frozen_linear(context, w[k + 1], w[k + 9])", "frozen_linear(inner, w[k + 3], w");
    assertThat(encoder.arrays().place("model.layers.1.attn.Wo.bias").array()).isEqualTo(5 + 12 + 9);
    assertThat(encoder.arrays().place("model.layers.1.mlp.Wo.bias").array()).isEqualTo(5 + 12 + 11);
  }

  @Test
  void refusesScaledPositionsAndUnknownLayersOfModernBert(@TempDir Path folder) throws IOException {
    ObjectNode scaled = modernBert();
    scaled.withObject("/rope_parameters/sliding_attention").put("rope_type", "yarn");
    assertThatThrownBy(() -> modernBert(folder, scaled))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("only unscaled rotary positions");
    ObjectNode layers = modernBert();
    layers.withArray("layer_types").set(0, "linear_attention");
    assertThatThrownBy(() -> modernBert(folder, layers))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("a list of 3 of full_attention or sliding_attention");
  }

  @Test
  void refusesDebertasThatAreNotComputed(@TempDir Path folder) throws IOException {
    refusesDeberta(folder, "pos_att_type", "p2p", "'pos_att_type' is [p2p]; accepted is c2p, p2c");
    refusesDeberta(folder, "conv_kernel_size", 4, "'conv_kernel_size' is 4; accepted is an odd");
    refusesDeberta(folder, "conv_groups", 5, "'conv_groups' is 5; accepted is a divisor of");
    refusesDeberta(folder, "position_buckets", 1, "'position_buckets' is 1; accepted is 2 to less");
    refusesDeberta(folder, "position_buckets", 96, "twice the number of relative positions, 48");
    refusesDeberta(folder, "attention_head_size", 12, "'attention_head_size' is 12; accepted is 6");
    refusesDeberta(folder, "type_vocab_size", -1, "'type_vocab_size' is -1; accepted is 0 or more");
  }

  private static void refusesDeberta(Path folder, String key, Object value, String message)
      throws IOException {
    ObjectNode config = config("deberta-v2").put("conv_kernel_size", 3).putPOJO(key, value);
    Files.writeString(folder.resolve("config.json"), config.toString());
    assertThatThrownBy(() -> Families.ofFolder(folder, false))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining(message);
  }

  private static ObjectNode modernBert() throws IOException {
    return config("modernbert");
  }

  private static ObjectNode config(String family) throws IOException {
    Path file = TinyEncoder.folder(family).resolve("config.json");
    return (ObjectNode) new ObjectMapper().readTree(file.toFile());
  }

  private static Encoder modernBert(Path folder, ObjectNode config) throws IOException {
    Files.writeString(folder.resolve("config.json"), config.toString());
    return Families.ofFolder(folder, false);
  }

  @Test
  void namesTheFamiliesItKnows(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"t5\"}");
    assertThatThrownBy(
            () -> TinyEncoder.backend(folder, ComputeChoice.FLOAT64, Pooling.CLS).describe())
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("'model_type' is t5")
        .hasMessageContaining(
            "bert, deberta-v2, distilbert, electra, modernbert, mpnet, roberta, xlm-roberta");
  }

  @Test
  void refusesPickledWeights(@TempDir Path folder) throws IOException {
    Files.copy(TinyEncoder.folder("bert").resolve("config.json"), folder.resolve("config.json"));
    Files.writeString(folder.resolve("pytorch_model.bin"), "");
    assertThatThrownBy(
            () -> TinyEncoder.backend(folder, ComputeChoice.FLOAT64, Pooling.CLS).describe())
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("can run code when it is read");
  }
}
