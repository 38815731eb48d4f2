package io.flexora.formats.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.FlexoraException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoundTripTest {

  @TempDir Path folder;

  private Path python() throws IOException {
    Path file = folder.resolve("python.safetensors");
    try (var in = RoundTripTest.class.getResourceAsStream("python.safetensors")) {
      return Files.write(file, in.readAllBytes());
    }
  }

  @Test
  void aFileOfThePythonLibraryIsReadElementByElement() throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(python())) {
      assertThat(file.metadata()).containsExactly(Map.entry("format", "pt"));
      assertThat(file.tensor("b.weight").shape()).containsExactly(2L, 3L);
      assertThat(file.floats("b.weight")).containsExactly(0f, 1 / 3f, 2 / 3f, 1f, 4 / 3f, 5 / 3f);
      assertThat(file.floats("half")).containsExactly(1.5f, -2f, 65504f, 0x1p-24f);
      // 1e30 and -3.140625 in the eight significant bits of bfloat16
      assertThat(file.floats("brain")).containsExactly(1.5f, -3.140625f, 0x1.94p99f);
      assertThat(file.doubles("double")).containsExactly(0.1, -1e300);
      assertThat(file.longs("ids")).containsExactly(1, -2, 3, 1L << 40);
      assertThat(file.longs("i32")).containsExactly(-7);
      assertThat(file.longs("i16")).containsExactly(-7, 8);
      assertThat(file.longs("i8")).containsExactly(-7, 8, 9);
      assertThat(file.longs("u8")).containsExactly(255, 0, 1);
      assertThat(file.longs("flag")).containsExactly(1, 0);
      assertThat(file.tensor("scalar").shape()).isEmpty();
      assertThat(file.floats("scalar")).containsExactly(2.5f);
      assertThat(file.tensor("empty").shape()).containsExactly(0L, 4L);
      assertThat(file.floats("empty")).isEmpty();
      assertThat(file.floats("größe")).containsExactly(7f);
    }
  }

  @Test
  void theSameTensorsAreWrittenByteByByteAsByThePythonLibrary() throws IOException {
    Path python = python();
    List<Tensor> tensors = new ArrayList<>();
    try (SafetensorsFile file = SafetensorsFile.open(python)) {
      for (TensorInfo tensor : file.tensors()) {
        byte[] bytes = new byte[(int) tensor.byteCount()];
        file.map(tensor.name()).get(bytes);
        tensors.add(Tensor.of(tensor.name(), tensor.type(), tensor.shape(), bytes));
      }
    }
    Collections.shuffle(tensors, new java.util.Random(1));
    Path again = folder.resolve("again.safetensors");
    SafetensorsWriter.write(again, tensors, SafetensorsWriter.PYTORCH);
    assertThat(again).hasSameBinaryContentAs(python);
  }

  @Test
  void everyBitPatternSurvives() throws IOException {
    SplittableRandom random = new SplittableRandom(7);
    float[] floats = new float[40_000];
    double[] doubles = new double[40_000];
    long[] longs = new long[40_000];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = Float.intBitsToFloat(random.nextInt());
      doubles[i] = Double.longBitsToDouble(random.nextLong());
      longs[i] = random.nextLong();
    }
    Path path = folder.resolve("bits.safetensors");
    List<Long> shape = List.of(200L, 200L);
    SafetensorsWriter.write(
        path,
        List.of(
            Tensor.of("f", shape, floats),
            Tensor.of("d", shape, doubles),
            Tensor.of("l", shape, longs),
            Tensor.of("part", List.of(5L), floats, 39_995)),
        Map.of());
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      ByteBuffer raw = ByteBuffer.allocate(160_000).order(ByteOrder.LITTLE_ENDIAN);
      file.read("f", 0, raw);
      raw.flip();
      for (float value : floats) {
        assertThat(raw.getInt()).isEqualTo(Float.floatToRawIntBits(value));
      }
      assertThat(file.longs("l")).isEqualTo(longs);
      assertThat(file.floats("part"))
          .containsExactly(java.util.Arrays.copyOfRange(floats, 39_995, 40_000));
      ByteBuffer rawDoubles = file.map("d");
      for (double value : doubles) {
        assertThat(rawDoubles.getLong()).isEqualTo(Double.doubleToRawLongBits(value));
      }
    }
  }

  @Test
  void everyHalfPrecisionNumberHasTheValueOfItsBits() throws IOException {
    byte[] bytes = new byte[2 << 16];
    for (int i = 0; i < 1 << 16; i++) {
      bytes[2 * i] = (byte) i;
      bytes[2 * i + 1] = (byte) (i >> 8);
    }
    Path path = folder.resolve("half.safetensors");
    SafetensorsWriter.write(
        path, List.of(Tensor.of("h", DType.F16, List.of(1L << 16), bytes)), Map.of());
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      float[] values = file.floats("h");
      for (int i = 0; i < values.length; i++) {
        assertThat(values[i]).as("bits %x", i).isEqualTo(Float.valueOf(half(i)));
      }
    }
  }

  /** Half to single precision by moving bits: subnormals are normalised by a multiplication. */
  private static float half(int bits) {
    int sign = (bits & 0x8000) << 16;
    int rest = (bits & 0x7fff) << 13;
    if ((bits & 0x7c00) == 0x7c00) {
      return (bits & 0x3ff) == 0 ? Float.intBitsToFloat(sign | 0x7f800000) : Float.NaN;
    }
    float magnitude = Float.intBitsToFloat(rest) * 0x1p112f;
    return sign == 0 ? magnitude : -magnitude;
  }

  @Test
  void aTensorBehindTwoGigabytesIsRead() throws IOException {
    long big = (1L << 31) + 16;
    String header =
        ("{\"big\":{\"dtype\":\"U8\",\"shape\":[%d],\"data_offsets\":[0,%d]},"
                + "\"last\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[%d,%d]}}")
            .formatted(big, big, big, big + 8);
    Path path = folder.resolve("sparse.safetensors");
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.write(RawFile.of(header, 0));
      file.seek(8 + header.length() + big);
      file.write(
          ByteBuffer.allocate(8)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putFloat(1.5f)
              .putFloat(-2)
              .array());
    }
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat(file.floats("last")).containsExactly(1.5f, -2f);
      assertThatThrownBy(() -> file.map("big")).hasMessageContaining("larger than 2 GiB");
      assertThatThrownBy(() -> file.longs("big")).hasMessageContaining("too many elements");
    }
  }

  @Test
  void aWrongTypeOrNameIsSaid() throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(python())) {
      assertThatThrownBy(() -> file.floats("ids"))
          .hasMessageContaining("'ids'")
          .hasMessageContaining("has the dtype I64; accepted here are F32, F16, BF16 and F64");
      assertThatThrownBy(() -> file.floats("nothing"))
          .isInstanceOf(FlexoraException.class)
          .hasMessageContaining("has no tensor 'nothing'; it has ids, double");
    }
  }

  @Test
  void aTensorThatWritesTheWrongNumberOfBytesLeavesTheOldFile() throws IOException {
    Path path = folder.resolve("kept.safetensors");
    SafetensorsWriter.write(path, List.of(), Map.of());
    byte[] before = Files.readAllBytes(path);
    for (int bytes : new int[] {3, 5}) {
      Tensor wrong = Tensor.of("w", DType.U8, List.of(4L), new byte[bytes]);
      assertThatThrownBy(() -> SafetensorsWriter.write(path, List.of(wrong), Map.of()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("4 bytes of U8 [4]");
    }
    assertThat(Files.readAllBytes(path)).isEqualTo(before);
    assertThat(folder).isDirectoryNotContaining("glob:**.partial");
  }

  @Test
  void namesAreEscapedAndUnique() throws IOException {
    Path path = folder.resolve("names.safetensors");
    String name = "a\"\\\n\u0001/é";
    SafetensorsWriter.write(path, List.of(Tensor.of(name, List.of(1L), new float[1])), Map.of());
    assertThat(Files.readString(path, StandardCharsets.ISO_8859_1))
        .contains("a\\\"\\\\\\n\\u0001/");
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat(file.has(name)).isTrue();
    }
    Tensor twice = Tensor.of("t", List.of(), new float[1]);
    assertThatThrownBy(() -> SafetensorsWriter.write(path, List.of(twice, twice), Map.of()))
        .hasMessageContaining("two tensors have the name t");
  }
}
