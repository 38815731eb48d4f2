package io.flexora.transformers.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.FlexoraException;
import io.flexora.formats.number.Half;
import io.flexora.formats.safetensors.DType;
import io.flexora.formats.safetensors.SafetensorsWriter;
import io.flexora.formats.safetensors.Tensor;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderCheckpointTest {

  private static final float[] FIRST = {1, -2.5f, 3.25f, 1e-3f, 0, 7};
  private static final float[] SECOND = {0.5f, -8, 1024, -0.0f};

  @TempDir Path folder;

  private static Tensor floats(String name, List<Long> shape, float... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putFloat(value);
    }
    return Tensor.of(name, DType.F32, shape, bytes.array());
  }

  private static Tensor halves(String name, List<Long> shape, float... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putShort(Half.bits(value));
    }
    return Tensor.of(name, DType.F16, shape, bytes.array());
  }

  private void write(String file, Tensor... tensors) {
    SafetensorsWriter.write(folder.resolve(file), List.of(tensors), SafetensorsWriter.PYTORCH);
  }

  private Checkpoint open() throws IOException {
    return Checkpoint.ofFolder(folder, Optional::of);
  }

  private void writeShards() throws IOException {
    write("model-00001-of-00002.safetensors", floats("a", List.of(3L, 2L), FIRST));
    write("model-00002-of-00002.safetensors", halves("b", List.of(4L), SECOND));
    Files.writeString(
        folder.resolve("model.safetensors.index.json"),
        """
        {"metadata": {"total_size": 32},
         "weight_map": {"a": "model-00001-of-00002.safetensors",
                        "b": "model-00002-of-00002.safetensors"}}
        """);
  }

  @Test
  void tensorsOfAllShardsAreRead() throws IOException {
    writeShards();
    try (Checkpoint checkpoint = open()) {
      assertThat(checkpoint.tensors()).containsOnlyKeys("a", "b");
      StoredTensor a = checkpoint.tensors().get("a");
      StoredTensor b = checkpoint.tensors().get("b");
      assertThat(a.type()).isEqualTo(StoredType.F32);
      assertThat(a.shape()).containsExactly(3L, 2L);
      assertThat(b.type()).isEqualTo(StoredType.F16);
      assertThat(floats(checkpoint, a, 0, 3)).containsExactly(FIRST);
      assertThat(floats(checkpoint, b, 0, 4)).containsExactly(SECOND);
      assertThat(checkpoint.location()).isEqualTo(folder);
    }
  }

  @Test
  void rowsAreReadFromAnyOnAndNotBeyondTheLast() throws IOException {
    write("model.safetensors", floats("a", List.of(3L, 2L), FIRST));
    try (Checkpoint checkpoint = open()) {
      StoredTensor a = checkpoint.tensors().get("a");
      assertThat(a.rowBytes()).isEqualTo(8);
      for (int row = 0; row < 3; row++) {
        assertThat(floats(checkpoint, a, row, 1))
            .containsExactly(FIRST[2 * row], FIRST[2 * row + 1]);
      }
      assertThatThrownBy(() -> floats(checkpoint, a, 4, 1)).isInstanceOf(EOFException.class);
      assertThatThrownBy(() -> floats(checkpoint, a, -1, 1)).isInstanceOf(EOFException.class);
      assertThatThrownBy(() -> floats(checkpoint, a, 2, 2)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void tensorsGetTheirNamesAndThoseOfNoUseAreLeftOut() throws IOException {
    write(
        "model.safetensors",
        floats("transformer.a", List.of(2L), 1, 2),
        floats("rotary.inv_freq", List.of(1L), 3));
    try (Checkpoint checkpoint =
        Checkpoint.ofFolder(
            folder,
            name ->
                name.startsWith("transformer.")
                    ? Optional.of(name.replace("transformer.", "model."))
                    : Optional.empty())) {
      assertThat(checkpoint.tensors()).containsOnlyKeys("model.a");
      StoredTensor a = checkpoint.tensors().get("model.a");
      assertThat(checkpoint.nameInFolder(a)).isEqualTo("transformer.a");
      assertThat(floats(checkpoint, a, 0, 2)).containsExactly(1, 2);
      assertThat(checkpoint.quantised(a)).isEmpty();
      assertThat(checkpoint.fourBit(a)).isEmpty();
    }
  }

  @Test
  void twoTensorsOfOneNameAreRefused() {
    write("model.safetensors", floats("a", List.of(1L), 1), floats("model.a", List.of(1L), 2));

    assertThatThrownBy(() -> Checkpoint.ofFolder(folder, name -> Optional.of("a")))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("is there twice, also as 'a'");
  }

  @Test
  void integersAreNoWeights() {
    write("model.safetensors", Tensor.of("ids", List.of(2L), new long[] {1, 2}));

    assertThatThrownBy(this::open)
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("tensor 'ids'")
        .hasMessageContaining("has the type I64; accepted are BF16, F16 and F32");
  }

  @Test
  void aShardThatIsMissingIsNamed() throws IOException {
    writeShards();
    Files.delete(folder.resolve("model-00002-of-00002.safetensors"));

    assertThatThrownBy(this::open)
        .isInstanceOfAny(FlexoraException.class, IOException.class)
        .hasMessageContaining("model-00002-of-00002.safetensors");
  }

  private static float[] floats(Checkpoint checkpoint, StoredTensor tensor, long row, int rows)
      throws IOException {
    float[] numbers = new float[Math.toIntExact(rows * tensor.rowSize())];
    checkpoint.readFloats(tensor, row, numbers, rows);
    return numbers;
  }

  @Test
  void everyHalfIsReadExactly() throws IOException {
    int count = 1 << 16;
    ByteBuffer bytes = ByteBuffer.allocate(2 * count).order(ByteOrder.LITTLE_ENDIAN);
    IntStream.range(0, count).forEach(bits -> bytes.putShort((short) bits));
    write("model.safetensors", Tensor.of("a", DType.F16, List.of((long) count), bytes.array()));
    try (Checkpoint checkpoint = open()) {
      float[] found = floats(checkpoint, checkpoint.tensors().get("a"), 0, count);
      for (int bits = 0; bits < count; bits++) {
        assertThat(found[bits]).as("bits %x", bits).isEqualTo(Float.valueOf(half(bits)));
      }
    }
  }

  /** IEEE 754: a sign, five bits of an exponent with bias 15, and ten of a fraction. */
  private static float half(int bits) {
    int exponent = bits >> 10 & 31;
    int fraction = bits & 1023;
    double size =
        switch (exponent) {
          case 0 -> fraction * Math.pow(2, -24);
          case 31 -> fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
          default -> (1024 + fraction) * Math.pow(2, exponent - 25);
        };
    return (float) (bits >> 15 == 0 ? size : -size);
  }

  @Test
  void metadataOfAFileIsOfNoUse() throws IOException {
    SafetensorsWriter.write(
        folder.resolve("model.safetensors"),
        List.of(floats("a", List.of(1L), 5)),
        Map.of("anything", "else"));
    try (Checkpoint checkpoint = open()) {
      assertThat(floats(checkpoint, checkpoint.tensors().get("a"), 0, 1)).containsExactly(5);
    }
  }
}
