package io.flexora.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.ability.ModelExporter;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.head.Head;
import io.flexora.api.model.BaseModel;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.Point;
import io.flexora.api.run.FlexoraException;
import io.flexora.formats.gguf.GgufFile;
import io.flexora.model.decoder.weights.Tiny;
import io.flexora.transformers.causal.AdaptedCausal;
import io.flexora.transformers.checkpoint.ComputeChoice;
import io.flexora.transformers.checkpoint.StoredTensor;
import io.flexora.transformers.family.CausalCheckpoint;
import io.flexora.transformers.token.DecoderTokenizer;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether merged models, read again, compute what the adapted ones do. */
class ExportTest {
  private static final int[] TEXT = {9, 33, 71, 12, 50, 8, 20, 61, 44, 5};

  @TempDir private Path temporary;

  /** A tolerance is that of the largest logit's size. */
  @ParameterizedTest
  @CsvSource({
    "llama2, safetensors, 0.01",
    "llama2, gguf-q8_0, 0.05",
    "llama-linear, gguf-f16, 0.01",
    "llama3, safetensors, 0.05",
    "llama3, gguf-f16, 0.01",
    "llama-tied-bias, safetensors, 1e-4",
    "mistral, gguf-f16, 0.01",
    "qwen2, safetensors, 0.05",
    "qwen3, safetensors, 0.05",
    "qwen3, gguf-q8_0, 0.05",
    "gemma, gguf-f16, 0.01",
    "gemma2, gguf-f16, 0.01",
    "gemma3, safetensors, 0.05",
    "phi3, safetensors, 0.05",
    "phi3, gguf-f16, 0.01",
    "phi, safetensors, 0.05",
    "olmo2, gguf-f16, 0.01",
    "granite, gguf-f16, 0.01",
    "stablelm, safetensors, 0.05",
    "stablelm-parallel, gguf-f16, 0.01",
    "smollm3, gguf-f16, 0.01",
    "qwen3_moe, safetensors, 1e-4",
    "granitemoe, safetensors, 1e-4",
    "mixtral, gguf-f16, 0.01",
    "qwen3_moe, gguf-q8_0, 0.05",
    "gguf-gemma2-f16, safetensors, 0.01",
    "gguf-gemma3-f16, safetensors, 0.01",
    "gguf-phi3-f16, safetensors, 0.01",
    "gguf-phi-f16, safetensors, 0.01",
    "gguf-olmo2-f16, safetensors, 0.01",
    "gguf-granite-f16, safetensors, 0.01",
    "gguf-stablelm-f16, gguf-f16, 0.01",
    "gguf-stablelm-parallel-f16, safetensors, 0.01",
    "gguf-smollm3-f16, safetensors, 0.01",
    "gguf-llama3-f16, safetensors, 0.01",
    "gguf-llama3-q8_0, gguf-q8_0, 0.1",
    "gguf-qwen2-q8_0, safetensors, 1e-4",
    "gguf-qwen3-f16, gguf-f16, 0.01",
    "gguf-gemma-f16, gguf-f16, 0.01"
  })
  void aMergedModelComputesWhatTheAdaptedOneDoes(String name, String format, double tolerance)
      throws IOException {
    Path folder = Files.createDirectory(temporary.resolve("merged"));
    double[] adapted = exported(name, format, folder);
    double[] merged = logits(open(location(folder)));

    double size = Arrays.stream(adapted).map(Math::abs).max().orElseThrow();
    for (int i = 0; i < adapted.length; i++) {
      assertThat(Math.abs(adapted[i] - merged[i])).isLessThan(tolerance * size);
    }
    assertThat(temporary.toFile().list()).hasSize(1);
  }

  /** Exports a model with adapters on layers 0 and 2, and says what it computes. */
  private static double[] exported(String name, String format, Path folder) throws IOException {
    try (BaseModel model = TinyModel.named(name).backend(ComputeChoice.FLOAT32, 0).load()) {
      List<String> modules = model.shape().modules().stream().map(ModuleShape::name).toList();
      AdapterPlan plan = new AdapterPlan(Lora.method(0), List.of(0, 2), modules, Head.NONE);
      try (AdaptedCausal adapted = (AdaptedCausal) model.adapt(plan);
          NDManager scope = model.manager().newSubManager()) {
        NDArray theta = scope.create(floats(Lora.theta(adapted.parameters(), modules, 0.2, 0.1)));
        adapted.ability(ModelExporter.class).orElseThrow().export(format, theta, List.of(), folder);
        return adapted.logits(Point.of(theta), TEXT);
      }
    }
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  private static Path location(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(f -> f.toString().endsWith(".gguf")).findFirst().orElse(folder);
    }
  }

  private static DecoderBackend open(Path source) {
    return TinyModel.backend(source.toString(), ExportTest::existing);
  }

  private static Path existing(String source) throws FileNotFoundException {
    if (Files.notExists(Path.of(source))) {
      throw new FileNotFoundException(source + " is not there");
    }
    return Path.of(source);
  }

  private static double[] logits(DecoderBackend backend) throws IOException {
    try (BaseModel model = backend.load();
        AdaptedCausal bare =
            (AdaptedCausal)
                model.adapt(new AdapterPlan(Lora.method(0), List.of(), List.of(), Head.NONE));
        NDManager scope = model.manager().newSubManager()) {
      return bare.logits(Point.of(scope.create(new float[0])), TEXT);
    }
  }

  @ParameterizedTest
  @CsvSource({"llama3, safetensors", "gguf-llama3-q8_0, gguf-q8_0", "llama-tied-bias, safetensors"})
  void whatNoAdapterChangesStaysBitForBit(String name, String format) throws IOException {
    Path folder = Files.createDirectory(temporary.resolve("merged"));
    exported(name, format, folder);

    TinyModel source = TinyModel.named(name);
    try (CausalCheckpoint before = Tiny.open(location(source.folder()));
        CausalCheckpoint after = Tiny.open(location(folder))) {
      assertThat(Tiny.decoder(after).shape()).isEqualTo(Tiny.decoder(before).shape());
      for (StoredTensor tensor : before.tensors().values()) {
        StoredTensor same = after.tensors().get(tensor.name());
        boolean adapted = tensor.name().matches(".*layers\\.[02]\\..*_proj\\.weight");
        assertThat(same.type()).isEqualTo(tensor.type());
        assertThat(Arrays.equals(bytes(before, tensor), bytes(after, same)))
            .as(tensor.name())
            .isEqualTo(!adapted);
      }
    }
  }

  private static byte[] bytes(CausalCheckpoint checkpoint, StoredTensor tensor) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) (tensor.rows() * tensor.rowBytes()));
    checkpoint.read(tensor, 0, bytes);
    return bytes.array();
  }

  @Test
  void aModelInPartsIsThatOfOneFileAndBecomesOne() throws IOException {
    TinyModel parts = TinyModel.named("gguf-llama3-q8_0-split");
    Path first = parts.folder().resolve("model-00001-of-00003.gguf");
    Path folder = Files.createDirectory(temporary.resolve("merged"));
    export(first, "gguf-q8_0", folder);

    double[] whole = logits(open(location(TinyModel.named("gguf-llama3-q8_0").folder())));
    assertThat(logits(open(first))).containsExactly(whole);
    assertThat(logits(open(location(folder)))).containsExactly(whole);
    try (GgufFile file = GgufFile.open(location(folder))) {
      assertThat(file.metadata().keySet()).noneMatch(key -> key.startsWith("split."));
    }
  }

  @ParameterizedTest
  @CsvSource({"llama2", "llama3", "llama-tied-bias", "qwen3", "gemma"})
  void theTokenizerGoesAlong(String name) throws IOException {
    Path safetensors = Files.createDirectory(temporary.resolve("folder"));
    Path gguf = Files.createDirectory(temporary.resolve("file"));
    Path again = Files.createDirectory(temporary.resolve("again"));
    exported(name, "safetensors", safetensors);
    exported(name, "gguf-f16", gguf);
    assertThat(gguf.resolve("Modelfile"))
        .content()
        .contains("FROM ./" + location(gguf).getFileName());
    export(location(gguf), "safetensors", again);
    try (DecoderTokenizer source = tokenizer(TinyModel.named(name).folder());
        DecoderTokenizer copied = tokenizer(safetensors);
        DecoderTokenizer said = tokenizer(location(gguf));
        DecoderTokenizer written = tokenizer(again)) {
      String text = "the thing, 1234 in a cat's  hat.";
      int[] ids = source.prompt(text);
      assertThat(ids).hasSizeGreaterThan(10);
      for (DecoderTokenizer other : List.of(copied, said, written)) {
        assertThat(other.prompt(text)).containsExactly(ids);
        assertThat(other.stopTokens()).isEqualTo(source.stopTokens());
        assertThat(other.hasChatTemplate()).isEqualTo(source.hasChatTemplate());
      }
    }
  }

  private static void export(Path source, String format, Path folder) throws IOException {
    try (BaseModel model = open(source).load();
        AdaptedCausal bare =
            (AdaptedCausal)
                model.adapt(new AdapterPlan(Lora.method(0), List.of(), List.of(), Head.NONE));
        NDManager scope = model.manager().newSubManager()) {
      bare.ability(ModelExporter.class)
          .orElseThrow()
          .export(format, scope.create(new float[0]), List.of(), folder);
    }
  }

  private static DecoderTokenizer tokenizer(Path source) throws IOException {
    return (DecoderTokenizer) open(source).tokenizer();
  }

  @Test
  void aGgufFileKeepsTheMetadataOfTheFileItComesFrom() throws IOException {
    Path folder = Files.createDirectory(temporary.resolve("merged"));
    exported("gguf-llama3-q8_0", "gguf-f16", folder);
    try (GgufFile before = GgufFile.open(location(TinyModel.named("gguf-llama3-q8_0").folder()));
        GgufFile after = GgufFile.open(folder.resolve("model-f16.gguf"))) {
      assertThat(after.metadata().keySet()).containsAll(before.metadata().keySet());
      assertThat(after.metadata().requireInt("general.file_type")).isEqualTo(1);
      assertThat(after.metadata().requireStrings("tokenizer.ggml.tokens"))
          .isEqualTo(before.metadata().requireStrings("tokenizer.ggml.tokens"));
      assertThat(after.has("rope_freqs.weight")).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "qwen2, gguf-f16, cannot express the sliding windows",
    "phi-norms, gguf-f16, cannot express the norms of queries and keys",
    "gguf-gemma-f16, gguf-q4_0, is not one of safetensors"
  })
  void whatAFormatCannotExpressIsRefusedAndNothingIsLeft(String name, String format, String message)
      throws IOException {
    Path folder = Files.createDirectory(temporary.resolve("merged"));

    assertThatThrownBy(() -> exported(name, format, folder))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining(message);
    assertThat(folder).isEmptyDirectory();
    assertThat(temporary.toFile().list()).hasSize(1);
  }

  @Test
  void aFolderOfOthersIsNotReplaced() throws IOException {
    Path thesis = Files.writeString(temporary.resolve("thesis.txt"), "years of work");

    assertThatThrownBy(() -> exported("llama2", "safetensors", temporary))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("holds thesis.txt, which would be lost");
    assertThat(thesis).exists();
  }

  @ParameterizedTest
  @CsvSource({"safetensors, model.safetensors", "gguf-f16, model-f16.gguf"})
  void theModelThatIsExportedIsNotReplaced(String format, String file) throws IOException {
    Path folder = Files.createDirectory(temporary.resolve("merged"));
    exported("llama2", format, folder);
    byte[] before = Files.readAllBytes(folder.resolve(file));

    assertThatThrownBy(() -> export(location(folder), "safetensors", folder))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("holds the model that is exported, which would be lost");
    assertThat(folder.resolve(file)).hasBinaryContent(before);
  }

  @Test
  void aModelThatNoExportWroteIsNotReplaced() throws IOException {
    Path folder = Files.createDirectory(temporary.resolve("other"));
    Path weights = Files.writeString(folder.resolve("model.safetensors"), "weeks of training");

    assertThatThrownBy(() -> exported("llama2", "safetensors", folder))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("holds model.safetensors, which would be lost");
    assertThat(weights).exists();
  }

  @Test
  void anEarlierExportIsReplacedWhole() throws IOException {
    Path folder = Files.createDirectory(temporary.resolve("merged"));
    exported("llama2", "safetensors", folder);
    exported("llama2", "gguf-q8_0", folder);

    assertThat(folder.toFile().list())
        .containsExactlyInAnyOrder("model-q8_0.gguf", "Modelfile", "merge.json");
  }
}
