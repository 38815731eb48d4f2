package io.flexora.model.decoder;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flexora.api.ability.ModelExporter;
import io.flexora.api.data.Example;
import io.flexora.api.data.Message;
import io.flexora.api.data.Message.Role;
import io.flexora.api.head.Head;
import io.flexora.api.input.TextTokenizer;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.Point;
import io.flexora.api.run.Decisions;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Seeds;
import io.flexora.api.source.Sources;
import io.flexora.formats.safetensors.SafetensorsFile;
import io.flexora.formats.safetensors.SafetensorsWriter;
import io.flexora.formats.safetensors.Tensor;
import io.flexora.formats.safetensors.TensorInfo;
import io.flexora.transformers.causal.AdaptedCausal;
import io.flexora.transformers.causal.CausalOptions;
import io.flexora.transformers.checkpoint.ComputeChoice;
import io.flexora.transformers.checkpoint.WeightStorage;
import io.flexora.transformers.token.Bos;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DecoderBackendTest {

  @TempDir private Path folder;

  private static DecoderBackend backend(Path model, Optional<Path> tokenizer) {
    return backend(model, tokenizer, ComputeChoice.FLOAT32);
  }

  private static DecoderBackend backend(Path model, Optional<Path> tokenizer, ComputeChoice type) {
    CausalOptions options =
        new CausalOptions(
            model.toString(),
            tokenizer.map(Path::toString),
            64,
            type,
            Bos.AUTO,
            Optional.of("{% for m in messages %}{{ m.content }}{% endfor %}"),
            1024,
            0,
            WeightStorage.DENSE);
    return new DecoderBackend(options, Path::of, Device.cpu(), new Decisions(), notice -> {});
  }

  @Test
  void fetchesAllPartsOfAModelThatWasSplit() throws IOException {
    Path parts = TinyModel.named("gguf-llama3-q8_0-split").folder();
    List<String> names =
        IntStream.rangeClosed(1, 3).mapToObj("model-%05d-of-00003.gguf"::formatted).toList();
    Set<String> fetched = new TreeSet<>();
    Sources remote =
        location -> {
          fetched.add(location);
          Path part = Path.of(location).getFileName();
          return Files.copy(parts.resolve(part), folder.resolve(part), REPLACE_EXISTING);
        };
    TinyModel.backend("hf:org/name/" + names.get(0), remote).describe();
    assertThat(fetched)
        .containsExactlyElementsOf(names.stream().map("hf:org/name/"::concat).toList());
  }

  @Test
  void goesOnWithoutAFileThatIsNotThereAndNotWithoutOneThatDidNotCome() throws IOException {
    Path model = TinyModel.named("mistral").folder();
    Map<String, IOException> failures = new HashMap<>();
    Sources remote =
        location -> {
          Path file = model.resolve(Path.of(location).getFileName());
          if (failures.containsKey(file.getFileName().toString())) {
            throw failures.get(file.getFileName().toString());
          }
          return file;
        };
    for (String name :
        List.of("tokenizer_config.json", "special_tokens_map.json", "generation_config.json")) {
      failures.put(name, new FileNotFoundException("there is no " + name));
    }
    failures.put("chat_template.jinja", new FileNotFoundException("there is no template"));
    TinyModel.backend("hf:org/name", remote).tokenizer().close();
    failures.put("chat_template.jinja", new IOException("the Hub cannot serve this now"));
    assertThatThrownBy(() -> TinyModel.backend("hf:org/name", remote).tokenizer())
        .hasMessageContaining("the Hub cannot serve this now");
  }

  /** The tiny models have 96 rows; this tokenizer has tokens for the last and for one more. */
  private Path tokenizerWithTokens(String last, String beyond) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    Path source = TinyModel.named("mistral").folder().resolve("tokenizer.json");
    ObjectNode json = (ObjectNode) mapper.readTree(source.toFile());
    int id = 95;
    for (String text : List.of(last, beyond)) {
      ((ObjectNode) json.path("model").path("vocab")).put(text, id);
      ObjectNode token = json.withArray("added_tokens").addObject().put("id", id++);
      token.put("content", text).put("special", true).put("single_word", false);
      token.put("lstrip", false).put("rstrip", false).put("normalized", false);
    }
    return Files.writeString(folder.resolve("tokenizer.json"), json.toString());
  }

  @Test
  void refusesATokenThatTheEmbeddingHasNoRowFor() throws IOException {
    Path file = tokenizerWithTokens("<last>", "<beyond>");
    for (String name : List.of("mistral", "gguf-llama3-f16/model.gguf")) {
      Path model = TinyModel.named(name).folder();
      try (TextTokenizer tokenizer =
          (TextTokenizer) backend(model, Optional.of(file)).tokenizer()) {
        assertThat(tokenizer.prompt("<last>")).contains(95);
        List<Message> talk =
            List.of(new Message(Role.USER, "a"), new Message(Role.ASSISTANT, "<beyond>"));
        Example question = new Example("r:1", "a<beyond>", List.of("b", "c"), 0);
        Example answers = new Example("r:2", "a", List.of("b", "<beyond>"), 0);
        List<ThrowingCallable> calls =
            List.of(
                () -> tokenizer.prompt("a<beyond>"),
                () -> tokenizer.prompt(talk),
                () -> tokenizer.tokens(Example.conversation("r:3", talk), Head.NONE),
                () -> tokenizer.tokens(question, Head.NONE),
                () -> tokenizer.tokens(answers, Head.NONE));
        for (ThrowingCallable call : calls) {
          assertThatThrownBy(call)
              .isInstanceOf(FlexoraException.class)
              .hasMessageContainingAll(
                  "token 96 ('<beyond>') of " + file, "96 rows", model.toString());
        }
        assertThatThrownBy(() -> tokenizer.tokens(answers, Head.NONE))
            .hasMessageStartingWith("row r:2");
      }
    }
  }

  @Test
  void scoresInFloat32OnACpuUnlessAnotherTypeIsChosen() throws IOException {
    Path model = TinyModel.named("qwen2").folder();
    for (ComputeChoice choice : ComputeChoice.values()) {
      DecoderBackend backend = backend(model, Optional.empty(), choice);
      try (BaseModel trained = backend.load();
          BaseModel scored = backend.loadForInference()) {
        String chosen = choice.name().toLowerCase(Locale.ROOT);
        assertThat(trained.shape()).isEqualTo(backend.describe());
        assertThat(trained.shape().computeType())
            .isIn(choice == ComputeChoice.AUTO ? List.of("bf16", "float32") : List.of(chosen));
        assertThat(scored.shape().computeType())
            .isEqualTo(choice == ComputeChoice.AUTO ? "float32" : chosen);
      }
    }
  }

  /** As transformers 5.24, which ties only what is equal. */
  @Test
  void usesAHeadThatDiffersFromTheEmbeddingThoughTheyAreSaidToBeTied() throws IOException {
    Path tied = TinyModel.named("llama-tied-bias").folder();
    double[] wanted = logits(tied);
    assertThat(logits(withHead(tied, "same", embedding -> embedding))).isEqualTo(wanted);
    double[] reversed = logits(withHead(tied, "other", DecoderBackendTest::reversed));
    for (int i = 0; i < wanted.length; i++) {
      assertThat(reversed[wanted.length - 1 - i]).isCloseTo(wanted[i], within(1e-5));
    }
  }

  @Test
  void describesNoFolderWhoseWeightsAreCutShort() throws IOException {
    Path model = withHead(TinyModel.named("llama-tied-bias").folder(), "cut", values -> values);
    backend(model, Optional.empty()).describe();
    Path weights = model.resolve("model.safetensors");
    byte[] whole = Files.readAllBytes(weights);
    Files.write(weights, Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(() -> backend(model, Optional.empty()).describe())
        .hasMessageContaining(weights.toString());
  }

  @Test
  void exportsAHeadOfItsOwnAsOneThatIsNotTied() throws IOException {
    Path tied = TinyModel.named("llama-tied-bias").folder();
    Path exported = folder.resolve("exported");
    AdapterPlan plan = new AdapterPlan(Lora.method(0), List.of(0), List.of("q_proj"), Head.NONE);
    Path model = withHead(tied, "own", DecoderBackendTest::reversed);
    try (BaseModel base = backend(model, Optional.empty()).load();
        AdaptedModel adapted = base.adapt(plan)) {
      adapted
          .ability(ModelExporter.class)
          .orElseThrow()
          .export(
              "safetensors",
              adapted.initialTheta(base.manager(), new Seeds(1)),
              List.of(),
              exported);
    }
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode before = (ObjectNode) mapper.readTree(model.resolve("config.json").toFile());
    assertThat(before.path("tie_word_embeddings").asBoolean()).isTrue();
    assertThat(mapper.readTree(exported.resolve("config.json").toFile()))
        .isEqualTo(before.put("tie_word_embeddings", false));
  }

  private Path withHead(Path model, String name, UnaryOperator<float[]> head) throws IOException {
    Path copy = Files.createDirectory(folder.resolve(name));
    Files.copy(model.resolve("config.json"), copy.resolve("config.json"));
    try (SafetensorsFile file = SafetensorsFile.open(model.resolve("model.safetensors"))) {
      List<Tensor> tensors = new ArrayList<>();
      for (TensorInfo info : file.tensors()) {
        float[] values = new float[Math.toIntExact(info.byteCount() / Float.BYTES)];
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(info.byteCount()));
        file.read(info.name(), 0, bytes.order(ByteOrder.LITTLE_ENDIAN));
        bytes.flip().asFloatBuffer().get(values);
        tensors.add(Tensor.of(info.name(), info.shape(), values));
        if (info.name().equals("model.embed_tokens.weight")) {
          tensors.add(Tensor.of("lm_head.weight", info.shape(), head.apply(values)));
        }
      }
      SafetensorsWriter.write(copy.resolve("model.safetensors"), tensors, Map.of());
    }
    return copy;
  }

  private static float[] reversed(float[] embedding) {
    int hidden = 24;
    float[] reversed = new float[embedding.length];
    for (int from = 0; from < embedding.length; from += hidden) {
      System.arraycopy(embedding, from, reversed, embedding.length - hidden - from, hidden);
    }
    return reversed;
  }

  private static double[] logits(Path model) throws IOException {
    AdapterPlan nothing = new AdapterPlan(Lora.method(0), List.of(), List.of(), Head.NONE);
    try (BaseModel base = backend(model, Optional.empty()).load();
        AdaptedCausal bare = (AdaptedCausal) base.adapt(nothing)) {
      return bare.logits(Point.of(base.manager().create(new Shape(0))), new int[] {9, 33, 71});
    }
  }
}
