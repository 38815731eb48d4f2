package io.flexora.formats.bitsandbytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.formats.safetensors.DType;
import io.flexora.formats.safetensors.SafetensorsModel;
import io.flexora.formats.safetensors.SafetensorsWriter;
import io.flexora.formats.safetensors.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Matrices in four bits that are written by hand, so that each number is known. */
class FourBitMatrixTest {

  /** Three rows of five numbers, codes 0 to 14: a block of eight, and one of seven. */
  private static final byte[] CODES = {
    0x01, 0x23, 0x45, 0x67, (byte) 0x89, (byte) 0xab, (byte) 0xcd, (byte) 0xe0
  };

  private static final String STATE =
      "{\"quant_type\": \"nf4\", \"blocksize\": 8, \"dtype\": \"float32\", \"shape\": [3, 5]}";

  @TempDir Path folder;

  private Path written(byte[] codes, float[] absmax, float[] map, String state) throws IOException {
    List<Tensor> tensors = new ArrayList<>();
    tensors.add(Tensor.of("m", DType.U8, List.of((long) codes.length, 1L), codes));
    tensors.add(Tensor.of("m.absmax", List.of((long) absmax.length), absmax));
    if (map.length > 0) {
      tensors.add(Tensor.of("m.quant_map", List.of((long) map.length), map));
    }
    byte[] json = state.getBytes(StandardCharsets.UTF_8);
    tensors.add(
        Tensor.of("m.quant_state.bitsandbytes__nf4", DType.U8, List.of((long) json.length), json));
    tensors.add(Tensor.of("other", List.of(1L), new float[] {1}));
    Path file = folder.resolve("model.safetensors");
    SafetensorsWriter.write(file, tensors, Map.of());
    return file;
  }

  /** The value of code q is q + 1/2. */
  private static float[] map() {
    float[] map = new float[16];
    for (int i = 0; i < map.length; i++) {
      map[i] = i + 0.5f;
    }
    return map;
  }

  @Test
  void readsNumbersRowByRow() throws IOException {
    Path file = written(CODES, new float[] {2, -4}, map(), STATE);
    try (SafetensorsModel files = SafetensorsModel.open(file)) {
      FourBitMatrix matrix = FourBitMatrix.open(files, "m").orElseThrow();
      assertThat(matrix.shape()).containsExactly(3L, 5L);
      float[] all = new float[15];
      matrix.readFloats(0, all, 15);
      for (int i = 0; i < 15; i++) {
        assertThat(all[i]).isEqualTo((i + 0.5f) * (i < 8 ? 2 : -4));
      }
      float[] some = new float[4];
      matrix.readFloats(5, some, 4);
      assertThat(some).containsExactly(11, 13, 15, -34);
      assertThat(FourBitMatrix.open(files, "other")).isEmpty();
      assertThat(FourBitMatrix.isBeside(files, "m.absmax")).isTrue();
      assertThat(FourBitMatrix.isBeside(files, "m.quant_state.bitsandbytes__nf4")).isTrue();
      assertThat(FourBitMatrix.isBeside(files, "m")).isFalse();
      assertThat(FourBitMatrix.isBeside(files, "other")).isFalse();
      assertThatThrownBy(() -> matrix.readFloats(10, all, 6)).isInstanceOf(IOException.class);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[3, 5] | [30, 5] | it has 8 bytes, not 75",
        "[3, 5] | [3] | its shape is [3], not that of a matrix",
        "[3, 5] | [3, -5] | its shape has the size -5",
        "[3, 5] | [3, \"x\"] | its shape is no list of sizes",
        "float32 | float8 | its dtype is 'float8'; accepted are float32, float16 and bfloat16",
        "8, | 7, | its blocksize is 7, not a power of two up to 65536",
        "\"blocksize\": 8, | '' | it has no blocksize",
        "\"blocksize\": 8 | \"blocksize\": 4 | it has 8 bytes, not 16",
        "[3, 5]} | [3, 5] | it is not JSON"
      })
  void refusesWhatDoesNotFit(String part, String other, String problem) throws IOException {
    Path file = written(CODES, new float[] {2, -4}, map(), STATE.replace(part, other));
    assertRefused(file, problem);
  }

  @Test
  void refusesScalesAndCodesThatAreNone() throws IOException {
    assertRefused(written(CODES, new float[] {2, Float.NaN}, map(), STATE), "it holds NaN");
    assertRefused(
        written(CODES, new float[] {2, 3}, new float[0], STATE), "'m.quant_map' is missing");
  }

  private static void assertRefused(Path file, String problem) throws IOException {
    try (SafetensorsModel files = SafetensorsModel.open(file)) {
      assertThatThrownBy(() -> FourBitMatrix.open(files, "m"))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("tensor 'm")
          .hasMessageContaining("is not as bitsandbytes writes it: ")
          .hasMessageContaining(problem)
          .hasMessageEndingWith(". Fetch it again");
    }
  }
}
