package io.flexora.formats.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.FlexoraException;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufFileTest {

  @TempDir Path folder;

  private GgufFile python() throws IOException {
    return GgufFile.open(RawGguf.write(folder, PythonFile.bytes()));
  }

  @Test
  void everyTypeIsReadBitForBitAsThePythonPackageReadsIt() throws IOException {
    FloatBuffer expected = PythonFile.elements();
    try (GgufFile file = python()) {
      for (GgufTensor tensor : file.tensors()) {
        float[] wanted = new float[(int) tensor.size()];
        expected.get(wanted);
        float[] read = new float[wanted.length];
        file.readFloats(tensor.name(), 0, read);
        assertThat(read).as(tensor.name()).containsExactly(wanted);
      }
      assertThat(expected.hasRemaining()).isFalse();
      assertThat(file.tensors()).extracting(GgufTensor::type).contains(readable());
    }
  }

  private static GgufType[] readable() {
    return Arrays.stream(GgufType.values()).filter(GgufType::readable).toArray(GgufType[]::new);
  }

  @Test
  void anyStretchOfATensorIsRead() throws IOException {
    try (GgufFile file = python()) {
      for (GgufTensor tensor : file.tensors()) {
        float[] all = new float[(int) tensor.size()];
        file.readFloats(tensor.name(), 0, all);
        for (int from = 0; from < all.length; from += 29) {
          for (int count : new int[] {0, 1, 31, 64, all.length - from}) {
            int n = Math.min(count, all.length - from);
            FloatBuffer stretch = FloatBuffer.allocate(n);
            file.readFloats(tensor.name(), from, stretch);
            assertThat(stretch.flip()).isEqualTo(FloatBuffer.wrap(all, from, n));
            float[] within = new float[n + 2];
            file.readFloats(tensor.name(), from, within, 1, n);
            assertThat(FloatBuffer.wrap(within, 1, n)).isEqualTo(FloatBuffer.wrap(all, from, n));
            assertThat(within[n + 1]).isZero();
          }
        }
      }
    }
  }

  @Test
  void shapesAreRowMajorAndBytesAreThoseOfTheFile() throws IOException {
    byte[] bytes = PythonFile.bytes();
    try (GgufFile file = python()) {
      GgufTensor tensor = file.tensor("numbers.F16");
      assertThat(tensor.shape()).containsExactly(3L, 64L);
      assertThat(tensor.byteCount()).isEqualTo(384);
      ByteBuffer expected = ByteBuffer.wrap(bytes, (int) tensor.offset() + 100, 50);
      ByteBuffer read = ByteBuffer.allocateDirect(50);
      file.read("numbers.F16", 100, read);
      assertThat(read.flip()).isEqualTo(expected);
      assertThat(file.map("numbers.F16", 100, 50)).isEqualTo(expected);
    }
  }

  @Test
  void whatIsOutsideATensorIsRefused() throws IOException {
    try (GgufFile file = python()) {
      String name = "random.Q4_0";
      for (long first : new long[] {-1, 1, Long.MAX_VALUE, Long.MIN_VALUE}) {
        assertThatThrownBy(() -> file.readFloats(name, first, new float[128]))
            .isInstanceOf(EOFException.class)
            .hasMessageContaining("not within the 128 elements of tensor 'random.Q4_0'");
        assertThatThrownBy(() -> file.read(name, first, ByteBuffer.allocate(72)))
            .isInstanceOf(EOFException.class)
            .hasMessageContaining("not within the 72 bytes of tensor 'random.Q4_0'");
      }
      assertThatThrownBy(() -> file.map(name, 0, -1)).isInstanceOf(EOFException.class);
      assertThat(file.has("none")).isFalse();
      assertThatThrownBy(() -> file.tensor("none"))
          .isInstanceOf(FlexoraException.class)
          .hasMessageContaining("has no tensor 'none'; it has random.Q4_0, ")
          .hasMessageEndingWith(", ...");
    }
  }

  @Test
  void everyTypeOfMetadataIsRead() throws IOException {
    try (GgufFile file = python()) {
      GgufMetadata metadata = file.metadata();
      assertThat(metadata.keySet()).startsWith("general.architecture", "test.uint8");
      assertThat(metadata.requireString("general.architecture")).isEqualTo("llama");
      assertThat(metadata.requireInt("test.uint8")).isEqualTo(200);
      assertThat(metadata.requireInt("test.int8")).isEqualTo(-100);
      assertThat(metadata.requireInt("test.uint16")).isEqualTo(60_000);
      assertThat(metadata.requireInt("test.int16")).isEqualTo(-30_000);
      assertThat(metadata.requireInt("test.int32")).isEqualTo(-2_000_000_000);
      assertThat(metadata.get("test.uint32")).isEqualTo(4_000_000_000L);
      assertThat(metadata.get("test.uint64"))
          .isEqualTo(BigInteger.TWO.pow(64).subtract(BigInteger.ONE));
      assertThat(metadata.get("test.int64")).isEqualTo(-(1L << 62));
      assertThat(metadata.get("test.float32")).isEqualTo(0.1f);
      assertThat(metadata.requireDouble("test.float64")).isEqualTo(0.1);
      assertThat(metadata.requireDouble("test.int8")).isEqualTo(-100);
      assertThat(metadata.requireBoolean("test.bool")).isTrue();
      assertThat(metadata.requireString("test.string")).isEqualTo("größe 😀");
      assertThat(metadata.requireStrings("test.strings")).containsExactly("", "a", "größe");
      assertThat(metadata.requireFloats("test.floats")).containsExactly(0.5f, -1.5f);
      assertThat(metadata.requireInts("test.bytes")).containsExactly(1, 255);
      assertThat(metadata.get("test.bools")).isEqualTo(List.of(true, false));
      assertThat(metadata.get("test.nested")).isEqualTo(List.of(List.of(1L, 2L), List.of(3L)));
      assertThat(metadata.type("test.int16")).contains(GgufValueType.INT16);
      assertThat(metadata).hasSize(18);
    }
  }

  @Test
  void aMissingOrUnfitEntryIsNamed() throws IOException {
    try (GgufFile file = python()) {
      GgufMetadata metadata = file.metadata();
      assertThat(metadata.findInt("llama.block_count")).isEmpty();
      assertThat(metadata.findStrings("none")).isEmpty();
      refuses(
          () -> metadata.requireInt("llama.block_count"),
          "a.gguf has no metadata entry 'llama.block_count', which is needed");
      refuses(
          () -> metadata.findInt("test.string"),
          "'test.string' is 'größe 😀' of type STRING, not a whole number");
      refuses(
          () -> metadata.findInt("test.uint32"),
          "'test.uint32' is '4000000000' of type UINT32, not a whole number below 2^31");
      refuses(() -> metadata.findInt("test.float64"), "not a whole number");
      refuses(() -> metadata.findDouble("test.bool"), "not a number");
      refuses(() -> metadata.findBoolean("test.int8"), "not a boolean");
      refuses(() -> metadata.findString("test.bytes"), "is an array of 2 elements");
      refuses(() -> metadata.findStrings("test.bytes"), "not an array of strings");
      refuses(() -> metadata.findInts("test.floats"), "not an array of whole numbers below 2^31");
      refuses(() -> metadata.findFloats("test.strings"), "not an array of numbers");
    }
  }

  private static void refuses(ThrowingCallable call, String why) {
    assertThatThrownBy(call).isInstanceOf(FlexoraException.class).hasMessageContaining(why);
  }

  @Test
  void aTypeThatCannotBeReadIsNamedWhenItIsRead() throws IOException {
    byte[] bytes = RawGguf.of(1, 0).tensor("a", GgufType.IQ2_XXS.id(), 0, 256, 2).data(2 * 66);
    try (GgufFile file = GgufFile.open(RawGguf.write(folder, bytes))) {
      assertThat(file.tensor("a").size()).isEqualTo(512);
      refuses(
          () -> file.readFloats("a", 0, new float[1]),
          "has the type IQ2_XXS, which cannot be read; take a file that is quantised to one of F32");
    }
  }

  @Test
  void version2IsReadAsVersion3() throws IOException {
    byte[] bytes = PythonFile.bytes();
    bytes[4] = 2;
    try (GgufFile file = GgufFile.open(RawGguf.write(folder, bytes))) {
      assertThat(file.tensors()).hasSize(14);
    }
  }

  @Test
  void aTensorBeyondTwoGigabytesIsRead() throws IOException {
    long elements = (1L << 31) + 64;
    byte[] header = RawGguf.of(1, 0).tensor("a", GgufType.Q8_0.id(), 0, 64, elements / 64).data(0);
    Path path = RawGguf.write(folder, header);
    long size = header.length + elements / 32 * 34;
    try (RandomAccessFile sparse = new RandomAccessFile(path.toFile(), "rw")) {
      sparse.setLength(size);
      sparse.seek(size - 34);
      // the scale 1, little-endian
      sparse.write(new byte[] {0, 0x3c, 7});
      sparse.seek(size - 1);
      sparse.write(-9);
    }
    try (GgufFile file = GgufFile.open(path)) {
      float[] last = new float[33];
      file.readFloats("a", elements - 33, last);
      assertThat(last[0]).isZero();
      assertThat(last[1]).isEqualTo(7);
      assertThat(last[32]).isEqualTo(-9);
    }
  }
}
