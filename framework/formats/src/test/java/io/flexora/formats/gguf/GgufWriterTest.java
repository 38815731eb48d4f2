package io.flexora.formats.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.FlexoraException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufWriterTest {

  private static final GgufMetadata NONE = GgufMetadata.builder().build();

  @TempDir Path folder;

  private static NewTensor copy(GgufFile file, GgufTensor tensor) {
    return new NewTensor(
        tensor.name(),
        tensor.shape(),
        tensor.type(),
        out -> {
          ByteBuffer bytes = ByteBuffer.allocate((int) tensor.byteCount());
          file.read(tensor.name(), 0, bytes);
          out.write(bytes.array());
        });
  }

  @Test
  void aCopyOfAFileOfThePythonPackageIsThatFile() throws IOException {
    byte[] python = PythonFile.bytes();
    Path copy = folder.resolve("copy.gguf");
    try (GgufFile file = GgufFile.open(RawGguf.write(folder, python))) {
      List<NewTensor> tensors = file.tensors().stream().map(t -> copy(file, t)).toList();
      GgufWriter.write(copy, file.metadata(), tensors);
    }
    assertThat(copy).hasBinaryContent(python);
  }

  @Test
  void numbersAreTurnedIntoTheBytesThatThePythonPackageMakes() throws IOException {
    Path copy = folder.resolve("copy.gguf");
    try (GgufFile file = GgufFile.open(RawGguf.write(folder, PythonFile.bytes()))) {
      List<NewTensor> tensors = new ArrayList<>();
      for (GgufType type : List.of(GgufType.F32, GgufType.F16, GgufType.BF16, GgufType.Q8_0)) {
        tensors.add(
            NewTensor.of(
                "numbers." + type,
                List.of(3L, 64L),
                type,
                (first, target, count) -> file.readFloats("numbers.F32", first, target, 0, count)));
      }
      GgufWriter.write(copy, file.metadata(), tensors);
      try (GgufFile written = GgufFile.open(copy)) {
        assertThat(written.metadata()).isEqualTo(file.metadata());
        for (GgufTensor tensor : written.tensors()) {
          int bytes = (int) tensor.byteCount();
          assertThat(written.map(tensor.name(), 0, bytes))
              .as(tensor.name())
              .isEqualTo(file.map(tensor.name(), 0, bytes));
        }
      }
    }
  }

  @Test
  void aTensorOfManyChunksIsAskedForInOrderAndRead() throws IOException {
    SplittableRandom random = new SplittableRandom(5);
    float[] values = new float[3 * (1 << 15) + 32];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    List<Long> starts = new ArrayList<>();
    NewTensor tensor =
        NewTensor.of(
            "a",
            List.of((long) values.length),
            GgufType.Q8_0,
            (first, target, count) -> {
              starts.add(first);
              System.arraycopy(values, (int) first, target, 0, count);
            });
    Path file = folder.resolve("a.gguf");
    GgufWriter.write(file, NONE, List.of(tensor));
    assertThat(starts).containsExactly(0L, 1L << 15, 2L << 15, 3L << 15);
    float[] read = new float[values.length];
    try (GgufFile open = GgufFile.open(file)) {
      open.readFloats("a", 0, read);
    }
    for (int i = 0; i < values.length; i++) {
      // Half a step of the block's scale, which is at most 1/127, and the rounding of the scale.
      assertThat(read[i]).isCloseTo(values[i], Offset.offset(0.0045f));
    }
  }

  @Test
  void metadataIsPutTogetherKeyByKey() throws IOException {
    GgufMetadata metadata =
        GgufMetadata.builder()
            .putString("general.architecture", "llama")
            .putNumber("general.alignment", GgufValueType.UINT32, 64)
            .putBoolean("b", true)
            .putStrings("tokens", List.of("a", "", "ö"))
            .putArray("scores", GgufValueType.FLOAT32, List.of(0.5f, -1f))
            .putArray("none", GgufValueType.INT32, List.of())
            .putString("gone", "x")
            .remove("gone")
            .build();
    Path file = folder.resolve("a.gguf");
    NewTensor tensor = new NewTensor("a", List.of(2L), GgufType.I8, out -> out.write(new byte[2]));
    GgufWriter.write(file, metadata, List.of(tensor, named("b", tensor)));
    try (GgufFile open = GgufFile.open(file)) {
      assertThat(open.metadata()).isEqualTo(metadata);
      assertThat(open.metadata().keySet()).containsExactlyElementsOf(metadata.keySet());
      assertThat(open.metadata().requireInts("none")).isEmpty();
      assertThat(open.tensors()).allMatch(t -> t.offset() % 64 == 0);
      assertThat(open.tensor("b").offset() - open.tensor("a").offset()).isEqualTo(64);
    }
  }

  private static NewTensor named(String name, NewTensor tensor) {
    return new NewTensor(name, tensor.shape(), tensor.type(), tensor.content());
  }

  @Test
  void aNumberThatTheTypeCannotHoldIsNamedAndNothingIsLeft() {
    for (float value : new float[] {65520, Float.NaN, Float.NEGATIVE_INFINITY}) {
      assertThatThrownBy(() -> write(GgufType.F16, value))
          .isInstanceOf(FlexoraException.class)
          .hasMessage(
              "tensor 'a' has the value "
                  + value
                  + ", which the type F16 cannot hold; write the type BF16 or F32");
    }
    assertThatThrownBy(() -> write(GgufType.Q8_0, Float.NaN)).hasMessageContaining("value NaN");
    assertThatThrownBy(() -> write(GgufType.Q8_0, 1e10f)).hasMessageContaining("value 1.0E10");
    assertThat(folder).isEmptyDirectory();
  }

  private void write(GgufType type, float value) {
    NewTensor tensor =
        NewTensor.of("a", List.of(32L), type, (first, target, count) -> Arrays.fill(target, value));
    GgufWriter.write(folder.resolve("a.gguf"), NONE, List.of(tensor));
  }

  @Test
  void whatIsNotAFileIsRefused() {
    NewTensor good = new NewTensor("a", List.of(1L), GgufType.F32, out -> out.write(new byte[4]));
    refuses(List.of(good, good), NONE, "two tensors have the name a");
    NewTensor few = new NewTensor("a", List.of(2L), GgufType.F32, good.content());
    refuses(List.of(few), NONE, "tensor a does not write the 8 bytes of F32 [2]");
    NewTensor many = new NewTensor("a", List.of(), GgufType.F16, good.content());
    refuses(List.of(many), NONE, "tensor a does not write the 2 bytes of F16 []");
    GgufMetadata odd =
        GgufMetadata.builder().putNumber("general.alignment", GgufValueType.UINT32, 3).build();
    refuses(List.of(good), odd, "general.alignment is '3' of type UINT32, not a power of two");
    refuses(
        () -> shape(GgufType.Q8_0, 33), "rows of 33 elements, which do not fill the blocks of 32");
    refuses(() -> shape(GgufType.F32, 1, 1, 1, 1, 1), "has 5 dimensions; the most is 4");
    refuses(() -> shape(GgufType.F32, -1), "has the shape [-1]");
    refuses(() -> shape(GgufType.Q4_K, 256), "cannot be written as Q4_K; accepted are F32, F16");
  }

  private static void shape(GgufType type, long... shape) {
    List<Long> dimensions = Arrays.stream(shape).boxed().toList();
    NewTensor.of("a", dimensions, type, (first, target, count) -> {});
  }

  private static void refuses(List<NewTensor> tensors, GgufMetadata metadata, String why) {
    refuses(() -> GgufWriter.write(new ByteArrayOutputStream(), metadata, tensors), why);
  }

  private static void refuses(ThrowingCallable call, String why) {
    assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(why);
  }

  @Test
  void anUnfitMetadataValueIsRefused() {
    GgufMetadataBuilder builder = GgufMetadata.builder();
    for (Object[] unfit :
        new Object[][] {
          {GgufValueType.UINT8, 256},
          {GgufValueType.UINT8, -1},
          {GgufValueType.INT8, 128},
          {GgufValueType.UINT16, 65_536},
          {GgufValueType.INT16, -32_769},
          {GgufValueType.UINT32, 1L << 32},
          {GgufValueType.INT32, 1L << 31},
          {GgufValueType.UINT64, -1L},
          {GgufValueType.UINT64, BigInteger.ONE.shiftLeft(64)},
          {GgufValueType.INT64, 0.5},
          {GgufValueType.BOOL, 1},
          {GgufValueType.STRING, 1},
        }) {
      refuses(
          () -> builder.putNumber("k", (GgufValueType) unfit[0], (Number) unfit[1]),
          "a value of type " + unfit[0] + " cannot be " + unfit[1]);
    }
    refuses(
        () -> builder.putArray("k", GgufValueType.FLOAT32, List.of("x")),
        "a value of type FLOAT32 cannot be x");
  }
}
