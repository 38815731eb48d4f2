package io.flexora.transformers.packed;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.formats.gguf.GgufFile;
import io.flexora.formats.gguf.GgufMetadata;
import io.flexora.formats.gguf.GgufType;
import io.flexora.formats.gguf.GgufWriter;
import io.flexora.formats.gguf.NewTensor;
import io.flexora.formats.number.Half;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Unpacks random blocks and compares each number, bit for bit, with what the reader of GGUF files
 * makes of them, which is held against ggml's.
 */
class GgufBlocksTest {

  private static final int ROWS = 300;
  private static final int COLUMNS = 512;

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(
      names = {"Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K"})
  void unpacksWhatTheFileHolds(GgufType type) throws IOException {
    byte[] blocks = randomBlocks(type);
    float[] expected = fromFile(type, blocks);
    try (NDManager scope = TorchEngine.start().newManager(Device.cpu())) {
      int rowBytes = blocks.length / ROWS;
      NDArray array =
          NativeArrays.of(
              scope, ByteBuffer.wrap(blocks), new Shape(ROWS, rowBytes), DataType.UINT8);
      PackedMatrix matrix =
          new PackedMatrix(
              "m", ROWS, COLUMNS, WeightFormat.blocks(type).orElseThrow(), List.of(array));
      NDArray empty = NativeArrays.of(scope, new float[0], new Shape(0));
      PackedWeights weights =
          new PackedWeights(
              scope,
              List.of(empty, empty, empty),
              List.of(List.of(), List.of(), List.of(matrix)),
              2,
              1);
      assertThat(weights.matrix(scope, "m").toFloatArray()).isEqualTo(expected);
    }
  }

  /** Scales and minima are halves of a usual size; the rest is any bits. */
  private static byte[] randomBlocks(GgufType type) {
    SplittableRandom random = new SplittableRandom(type.id());
    byte[] bytes = new byte[ROWS * COLUMNS / type.blockElements() * type.blockBytes()];
    random.nextBytes(bytes);
    for (int block = 0; block < bytes.length; block += type.blockBytes()) {
      for (int at : halves(type)) {
        short half = Half.bits((float) random.nextDouble(-0.02, 0.02));
        bytes[block + at] = (byte) half;
        bytes[block + at + 1] = (byte) (half >> 8);
      }
    }
    return bytes;
  }

  private static List<Integer> halves(GgufType type) {
    return switch (type) {
      case Q4_1, Q5_1, Q4_K, Q5_K -> List.of(0, 2);
      case Q2_K -> List.of(80, 82);
      case Q3_K -> List.of(108);
      case Q6_K -> List.of(208);
      default -> List.of(0);
    };
  }

  private float[] fromFile(GgufType type, byte[] blocks) throws IOException {
    Path path = folder.resolve("model.gguf");
    NewTensor tensor =
        new NewTensor("m", List.of((long) ROWS, (long) COLUMNS), type, out -> out.write(blocks));
    try (OutputStream out = Files.newOutputStream(path)) {
      GgufWriter.write(
          out,
          GgufMetadata.builder().putString("general.architecture", "llama").build(),
          List.of(tensor));
    }
    float[] numbers = new float[ROWS * COLUMNS];
    try (GgufFile file = GgufFile.open(path)) {
      file.readFloats("m", 0, numbers, 0, numbers.length);
    }
    return numbers;
  }
}
