package io.flexora.formats.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.FlexoraException;
import io.flexora.formats.gguf.GgufLora.Factors;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufLoraTest {

  private static final String QUERY = "blk.0.attn_q.weight";
  private static final String DOWN = "blk.3.ffn_down.weight";

  @TempDir Path folder;

  private static float[] numbers(int count) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) Math.sin(i + 1);
    }
    return numbers;
  }

  private static GgufLora lora() {
    return new GgufLora(
        "llama",
        4,
        Map.of(
            QUERY, new Factors(2, 3, 4, numbers(6), numbers(8)),
            DOWN, new Factors(4, 8, 5, numbers(32), numbers(20))));
  }

  private Path written(GgufLora lora) throws IOException {
    Path file = folder.resolve("adapter.gguf");
    try (OutputStream out = Files.newOutputStream(file)) {
      lora.write(out);
    }
    return file;
  }

  private static GgufMetadataBuilder metadata() {
    return GgufMetadata.builder()
        .putString("general.type", "adapter")
        .putString("general.architecture", "llama")
        .putString("adapter.type", "lora")
        .putNumber("adapter.lora.alpha", GgufValueType.FLOAT32, 4);
  }

  private Path with(GgufMetadataBuilder metadata, Object... tensors) throws IOException {
    List<NewTensor> all = new ArrayList<>();
    for (int i = 0; i < tensors.length; i += 3) {
      long rows = (Integer) tensors[i + 1];
      long columns = (Integer) tensors[i + 2];
      float[] values = numbers((int) (rows * columns));
      all.add(
          NewTensor.of(
              (String) tensors[i],
              List.of(rows, columns),
              GgufType.F32,
              (first, target, count) -> System.arraycopy(values, (int) first, target, 0, count)));
    }
    Path file = folder.resolve("other.gguf");
    GgufWriter.write(file, metadata.build(), all);
    return file;
  }

  @Test
  void comesBackAsItWas() throws IOException {
    GgufLora read = GgufLora.read(written(lora()));

    assertThat(read.architecture()).isEqualTo("llama");
    assertThat(read.alpha()).isEqualTo(4);
    assertThat(read.matrices()).containsOnlyKeys(QUERY, DOWN);
    assertThat(read.matrices())
        .allSatisfy(
            (name, factors) ->
                assertThat(factors)
                    .usingRecursiveComparison()
                    .isEqualTo(lora().matrices().get(name)));
    assertThat(read.scale(read.matrices().get(QUERY))).isEqualTo(2);
    assertThat(read.scale(read.matrices().get(DOWN))).isEqualTo(1);
  }

  /** As gguf-py's reader and llama.cpp's loader look for them. */
  @Test
  void hasTheKeysAndTensorsThatTheLoaderAsksFor() throws IOException {
    try (GgufFile file = GgufFile.open(written(lora()))) {
      assertThat(file.metadata().requireString("general.type")).isEqualTo("adapter");
      assertThat(file.metadata().requireString("adapter.type")).isEqualTo("lora");
      assertThat(file.metadata().type("adapter.lora.alpha")).contains(GgufValueType.FLOAT32);
      assertThat(file.tensors())
          .extracting(GgufTensor::name)
          .containsExactlyInAnyOrder(
              QUERY + ".lora_a", QUERY + ".lora_b", DOWN + ".lora_a", DOWN + ".lora_b");
      assertThat(file.tensor(DOWN + ".lora_a").shape()).containsExactly(4L, 8L);
      assertThat(file.tensor(DOWN + ".lora_b").shape()).containsExactly(5L, 4L);
    }
  }

  /** llama.cpp takes the scale alone where alpha is missing or 0, whatever the rank is. */
  @Test
  void withoutAlphaTheScaleIsOneAndNothingOfThatKindIsWritten() throws IOException {
    for (GgufMetadataBuilder metadata :
        List.of(
            metadata().remove("adapter.lora.alpha"),
            metadata().putNumber("adapter.lora.alpha", GgufValueType.FLOAT32, 0))) {
      GgufLora read =
          GgufLora.read(with(metadata, QUERY + ".lora_a", 2, 3, QUERY + ".lora_b", 4, 2));
      assertThat(read.scale(read.matrices().get(QUERY))).isEqualTo(1);
    }
    assertThatThrownBy(() -> written(new GgufLora("llama", 0, Map.of())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("alpha is 0.0");
  }

  private void refuses(String message, GgufMetadataBuilder metadata, Object... tensors)
      throws IOException {
    Path file = with(metadata, tensors);
    assertThatThrownBy(() -> GgufLora.read(file))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining(message)
        .hasMessageContaining(file.toString());
  }

  @Test
  void whatTheLoaderRefusesOrLeavesOutIsRefused() throws IOException {
    refuses("general.type is 'model'", metadata().putString("general.type", "model"));
    refuses("adapter.type is 'missing'", metadata().remove("adapter.type"));
    refuses("general.architecture", metadata().remove("general.architecture"));
    refuses("no factor of a LoRA", metadata(), "blk.0.attn_norm.weight", 1, 3);
    refuses("'" + QUERY + ".lora_b'", metadata(), QUERY + ".lora_a", 2, 3);
    refuses(
        "no factors of one matrix", metadata(), QUERY + ".lora_a", 2, 3, QUERY + ".lora_b", 4, 3);
    refuses(
        "alpha of",
        metadata().putNumber("adapter.lora.alpha", GgufValueType.FLOAT32, Float.NaN),
        QUERY + ".lora_a",
        2,
        3,
        QUERY + ".lora_b",
        4,
        2);
  }
}
