package io.flexora.model.decoder.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.FlexoraException;
import io.flexora.formats.gguf.GgufType;
import io.flexora.formats.number.Half;
import io.flexora.transformers.checkpoint.RotaryRows;
import io.flexora.transformers.checkpoint.StoredTensor;
import io.flexora.transformers.family.CausalCheckpoint;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a checkpoint gives, whatever its format. */
class CheckpointTest {
  @TempDir private Path temporary;

  /** The files were made from the folders by the gguf package, with q and k permuted. */
  @ParameterizedTest
  @CsvSource({
    "gguf-llama3-f16, llama3, 0.0005",
    "gguf-llama3-q8_0, llama3, 0.01",
    "gguf-qwen2-q8_0, qwen2, 0.01",
    "gguf-qwen3-f16, qwen3, 0.0005",
    "gguf-gemma-f16, gemma, 0.0005"
  })
  void aGgufFileGivesWhatTheFolderGivesThatItWasMadeOf(String gguf, String folder, double error)
      throws IOException {
    try (CausalCheckpoint made = Tiny.open(Tiny.location(gguf));
        CausalCheckpoint source = Tiny.open(Tiny.location(folder))) {
      assertThat(made.tensors()).containsOnlyKeys(source.tensors().keySet());
      for (StoredTensor tensor : source.tensors().values()) {
        StoredTensor other = made.tensors().get(tensor.name());
        assertThat(other.shape()).isEqualTo(tensor.shape());
        float[] wanted = all(source, tensor);
        float[] seen = all(made, other);
        double largest = 0;
        for (float value : wanted) {
          largest = Math.max(largest, Math.abs(value));
        }
        for (int i = 0; i < wanted.length; i++) {
          assertThat(Math.abs(seen[i] - wanted[i])).isLessThan((float) (error * largest));
        }
      }
    }
  }

  private static float[] all(CausalCheckpoint checkpoint, StoredTensor tensor) throws IOException {
    float[] values = new float[Math.toIntExact(tensor.rows() * tensor.rowSize())];
    checkpoint.readFloats(tensor, 0, values, Math.toIntExact(tensor.rows()));
    return values;
  }

  @ParameterizedTest
  @MethodSource("io.flexora.model.decoder.weights.Tiny#every")
  void partsAreThoseOfTheWhole(String name) throws IOException {
    try (CausalCheckpoint checkpoint = Tiny.open(Tiny.location(name))) {
      for (StoredTensor tensor : checkpoint.tensors().values()) {
        float[] whole = all(checkpoint, tensor);
        int rowSize = Math.toIntExact(tensor.rowSize());
        // Neither the first row nor the number is one of whole heads.
        for (int first = 1; first + 5 <= tensor.rows(); first += 3) {
          float[] part = new float[5 * rowSize];
          checkpoint.readFloats(tensor, first, part, 5);
          assertThat(part)
              .isEqualTo(Arrays.copyOfRange(whole, first * rowSize, (first + 5) * rowSize));
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"llama3", "gguf-llama3-q8_0", "gguf-gemma-f16"})
  void rowsBeyondTheEndAreRefused(String name) throws IOException {
    try (CausalCheckpoint checkpoint = Tiny.open(Tiny.location(name))) {
      StoredTensor tensor = checkpoint.tensors().get("model.layers.0.self_attn.q_proj.weight");
      ByteBuffer rows = ByteBuffer.allocate(Math.toIntExact(2 * tensor.rowBytes()));

      assertThatThrownBy(() -> checkpoint.read(tensor, tensor.rows() - 1, rows))
          .isInstanceOf(EOFException.class);
      assertThatThrownBy(() -> checkpoint.read(tensor, -1, rows)).isInstanceOf(EOFException.class);
    }
  }

  /** A block of Q8_0 is a scale in F16 and 32 whole numbers; rows come in the half-split order. */
  @Test
  void quantisedBlocksAreGivenAsTheyAreStored() throws IOException {
    try (CausalCheckpoint checkpoint = Tiny.open(Tiny.location("gguf-llama3-q8_0"))) {
      for (String module : List.of("self_attn.q_proj", "mlp.up_proj")) {
        StoredTensor tensor = checkpoint.tensors().get("model.layers.0." + module + ".weight");
        assertThat(checkpoint.quantised(tensor)).contains(GgufType.Q8_0);
        int blocks = Math.toIntExact(tensor.rowSize() / 32);
        ByteBuffer stored = ByteBuffer.allocate(5 * blocks * 34).order(ByteOrder.LITTLE_ENDIAN);
        checkpoint.readBlocks(tensor, 3, stored);
        stored.flip();
        float[] values = new float[5 * blocks * 32];
        for (int i = 0; i < values.length; i += 32) {
          float scale = Half.value(stored.getShort());
          for (int j = 0; j < 32; j++) {
            values[i + j] = scale * stored.get();
          }
        }
        float[] read = new float[values.length];
        checkpoint.readFloats(tensor, 3, read, 5);
        assertThat(values).containsExactly(read);
      }
      StoredTensor norm = checkpoint.tensors().get("model.norm.weight");
      assertThat(checkpoint.quantised(norm)).isEmpty();
      assertThatThrownBy(() -> checkpoint.readBlocks(norm, 0, ByteBuffer.allocate(4)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("not quantised");
    }
  }

  @Test
  void rotaryRowsAreEachOthersReverse() {
    for (long row = 0; row < 96; row++) {
      assertThat(RotaryRows.inHuggingFace(RotaryRows.inGguf(row, 16), 16)).isEqualTo(row);
    }
    assertThat(RotaryRows.inGguf(17, 16)).isEqualTo(18);
    assertThat(RotaryRows.inGguf(24, 16)).isEqualTo(17);
  }

  @Test
  void anotherFileIsRefused() throws IOException {
    Path file = Files.writeString(temporary.resolve("pytorch_model.bin"), "x");

    assertThatThrownBy(() -> Tiny.open(file))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("pytorch_model.bin")
        .hasMessageContaining("*.safetensors");
  }
}
