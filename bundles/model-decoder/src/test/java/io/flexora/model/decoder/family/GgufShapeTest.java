package io.flexora.model.decoder.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.FlexoraException;
import io.flexora.formats.gguf.GgufFile;
import io.flexora.formats.gguf.GgufMetadata;
import io.flexora.formats.gguf.GgufMetadataBuilder;
import io.flexora.formats.gguf.GgufType;
import io.flexora.formats.gguf.GgufValueType;
import io.flexora.formats.gguf.GgufWriter;
import io.flexora.formats.gguf.NewTensor;
import io.flexora.model.decoder.shape.DecoderShape;
import io.flexora.model.decoder.weights.Tiny;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the metadata of a GGUF file means, and what is refused. */
class GgufShapeTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "gguf-llama3-f16, llama3",
    "gguf-llama3-q8_0, llama3",
    "gguf-qwen3-f16, qwen3",
    "gguf-gemma-f16, gemma",
    "gguf-gemma2-f16, gemma2",
    "gguf-gemma3-f16, gemma3",
    "gguf-phi3-f16, phi3",
    "gguf-phi-f16, phi",
    "gguf-olmo2-f16, olmo2",
    "gguf-granite-f16, granite",
    "gguf-stablelm-f16, stablelm",
    "gguf-stablelm-parallel-f16, stablelm-parallel",
    "gguf-smollm3-f16, smollm3"
  })
  void saysTheSameAsTheFolderThatItWasMadeOf(String name, String source) throws IOException {
    DecoderShape folder = Decoder.ofFolder(Tiny.folder(source)).shape();
    DecoderShape gguf;
    try (GgufFile file = GgufFile.open(Tiny.location(name))) {
      gguf = Decoder.ofGguf(file).shape();
    }

    // GGUF has numbers in float32.
    assertThat(gguf.difference(folder)).isEmpty();
    assertThat((float) gguf.norms().epsilon()).isEqualTo((float) folder.norms().epsilon());
    float[] seen = gguf.rotaries().get(0).frequencies();
    for (int i = 0; i < seen.length; i++) {
      float wanted = folder.rotaries().get(0).frequencies()[i];
      assertThat(Math.abs(seen[i] - wanted)).isLessThanOrEqualTo(4 * Math.ulp(wanted));
    }
  }

  @Test
  void aWindowOfALlamaIsThatOfAllLayers() throws IOException {
    assertThat(read("attention.sliding_window=7").windows()).containsExactly(7, 7);
    assertThat(read("attention.sliding_window=64").windows()).containsExactly(0, 0);
  }

  @Test
  void linearScalingDividesFrequencies() throws IOException {
    assertThat(
            read("rope.scaling.type=linear", "rope.scaling.factor=4")
                .rotaries()
                .get(0)
                .frequencies())
        .startsWith(0.25f);
    assertThat(read("rope.scale_linear=2").rotaries().get(0).frequencies()).startsWith(0.5f);
  }

  /** As llama.cpp reads them: linear without a type, and 0 for no factor. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "context_length=64 | 1",
        "rope.scaling.factor=4 | 0.25",
        "rope.scaling.factor=4 rope.scale_linear=2 | 0.25",
        "rope.scaling.factor=0 rope.scale_linear=2 | 1",
        "rope.scaling.type=linear rope.scaling.factor=0 | 1",
        "rope.scaling.type=linear rope.scale_linear=2 | 0.5",
        "rope.scaling.type=none rope.scaling.factor=4 | 1"
      })
  void aFactorCountsUnlessTheTypeIsNone(String entries, float frequency) throws IOException {
    assertThat(read(entries.split(" ")).rotaries().get(0).frequencies()).startsWith(frequency);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rope.scaling.type=yarn | llama.rope.scaling.type' is yarn | linear",
        "expert_count=8 | llama.expert_used_count' | no key",
        "expert_shared_count=1 | llama.expert_shared_count' is 1.0 | all tokens share",
        "leading_dense_block_count=1 | llama.leading_dense_block_count' is 1.0 | without experts",
        "rope.dimension_count=4 | llama.rope.dimension_count' is 4 | whole heads",
        "attention.value_length=4 | llama.attention.value_length' is 4 | as wide as keys",
        "block_count=0 | llama.block_count' is 0 | 1 to",
        "embedding_length=15 | llama.embedding_length' is 15 | a multiple",
        "attention.head_count_kv=3 | llama.attention.head_count_kv' is 3 | a divisor",
        "rope.freq_base=0.5 | llama.rope.freq_base' is 0.5 | above 1",
        "general.architecture=mistral | general.architecture' is mistral | llama, qwen2",
        "general.architecture=falcon | general.architecture' is falcon | llama, qwen2"
      })
  void whatIsNotComputedIsRefusedByName(String entry, String key, String accepted) {
    assertThatThrownBy(() -> read(entry))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("tiny.gguf")
        .hasMessageContaining(key)
        .hasMessageContaining(accepted);
  }

  @Test
  void layersOfAGemma3TurnByTheirOwnBaseUnderAWindowOfAnyLength() throws IOException {
    String gemma3 = "general.architecture=gemma3";
    DecoderShape near = read(gemma3, "block_count=6", "attention.sliding_window=7");
    DecoderShape wide = read(gemma3, "block_count=6", "attention.sliding_window=64");
    assertThat(near.windows()).containsExactly(7, 7, 7, 7, 7, 0);
    assertThat(wide.windows()).containsOnly(0);
    assertThat(near.rotaryOfLayer()).containsExactly(1, 1, 1, 1, 1, 0);
    assertThat(wide.rotaryOfLayer()).containsExactly(1, 1, 1, 1, 1, 0);
  }

  /** Reads a llama with some entries of its metadata replaced. */
  private DecoderShape read(String... entries) throws IOException {
    var values =
        new java.util.LinkedHashMap<>(
            java.util.Map.of(
                "block_count", "2",
                "embedding_length", "16",
                "context_length", "64",
                "feed_forward_length", "24",
                "attention.head_count", "2",
                "attention.layer_norm_rms_epsilon", "1e-5"));
    values.putAll(
        Arrays.stream(entries)
            .map(e -> e.split("=", 2))
            .collect(Collectors.toMap(e -> e[0], e -> e[1])));
    GgufMetadataBuilder metadata = GgufMetadata.builder();
    String architecture = values.getOrDefault("general.architecture", "llama");
    metadata.putString("general.architecture", architecture);
    values.remove("general.architecture");
    values.forEach((key, value) -> put(metadata, architecture + "." + key, value));
    Path path = folder.resolve("tiny.gguf");
    NewTensor embedding =
        NewTensor.of("token_embd.weight", List.of(8L, 16L), GgufType.F32, (from, to, n) -> {});
    GgufWriter.write(path, metadata.build(), List.of(embedding));
    try (GgufFile file = GgufFile.open(path)) {
      return Decoder.ofGguf(file).shape();
    }
  }

  private static void put(GgufMetadataBuilder metadata, String key, String value) {
    if (value.matches("\\d+")) {
      metadata.putNumber(key, GgufValueType.UINT32, Long.parseLong(value));
    } else if (Character.isDigit(value.charAt(0))) {
      metadata.putNumber(key, GgufValueType.FLOAT32, Float.parseFloat(value));
    } else {
      metadata.putString(key, value);
    }
  }
}
