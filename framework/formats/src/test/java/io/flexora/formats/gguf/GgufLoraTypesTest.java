package io.flexora.formats.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.FlexoraException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Adapters whose factors are stored in one type or another, written byte by byte. */
class GgufLoraTypesTest {

  private static final String NAME = "blk.1.attn_v.weight";
  private static final int RANK = 32;
  private static final int INPUTS = 64;
  private static final int OUTPUTS = 3;

  /** Half-precision numbers by their bits; 0x3555 is 1365/4096, and 1 and 0x3ff are subnormal. */
  private static final int[] HALVES = {
    0x3c00, 0xc000, 0x3555, 0x0001, 0x7bff, 0x8000, 0x03ff, 0x0400, 0xb800, 0x2c00
  };

  private static final float[] OF_HALVES = {
    1, -2, 1365 / 4096f, 0x1p-24f, 65504, -0f, 1023 * 0x1p-24f, 0x1p-14f, -0.5f, 0x1p-4f
  };

  /** The upper halves of single-precision numbers; the fourth is subnormal. */
  private static final int[] UPPER_HALVES = {
    0x3f80, 0xc000, 0x3eab, 0x0001, 0x0080, 0x7f7f, 0x8000, 0x4049, 0xbf00
  };

  private static final float[] OF_UPPER_HALVES = {
    1, -2, 171 / 512f, 0x1p-133f, 0x1p-126f, 0x1.fep127f, -0f, 201 / 64f, -0.5f
  };

  @TempDir Path folder;

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int quant(int i) {
    return 37 * i % 256 - 128;
  }

  private static int id(GgufType type) {
    return switch (type) {
      case F32 -> 0;
      case F16 -> 1;
      case Q8_0 -> 8;
      case BF16 -> 30;
      default -> throw new IllegalArgumentException(type.name());
    };
  }

  /** What an element is. */
  private static float value(GgufType type, int i) {
    return switch (type) {
      case F32 -> (float) Math.sin(i + 1);
      case F16 -> OF_HALVES[i % HALVES.length];
      case BF16 -> OF_UPPER_HALVES[i % UPPER_HALVES.length];
      case Q8_0 -> (float) ((double) OF_HALVES[i / 32 % HALVES.length] * quant(i));
      default -> throw new IllegalArgumentException(type.name());
    };
  }

  private static float[] values(GgufType type, int first, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = value(type, first + i);
    }
    return values;
  }

  /** The bytes of elements. */
  private static byte[] bytes(GgufType type, int first, int count) {
    ByteBuffer out = buffer(4 * count);
    for (int i = first; i < first + count; i++) {
      switch (type) {
        case F32 -> out.putInt(Float.floatToIntBits(value(type, i)));
        case F16 -> out.putShort((short) HALVES[i % HALVES.length]);
        case BF16 -> out.putShort((short) UPPER_HALVES[i % UPPER_HALVES.length]);
        case Q8_0 -> {
          if (i % 32 == 0) {
            out.putShort((short) HALVES[i / 32 % HALVES.length]);
          }
          out.put((byte) quant(i));
        }
        default -> throw new IllegalArgumentException(type.name());
      }
    }
    return written(out);
  }

  private static byte[] written(ByteBuffer out) {
    byte[] bytes = new byte[out.position()];
    out.flip().get(bytes);
    return bytes;
  }

  private static void string(ByteBuffer out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.putLong(bytes.length).put(bytes);
  }

  private static void describe(
      ByteBuffer out, String name, int columns, int rows, int type, int offset) {
    string(out, name);
    out.putInt(2).putLong(columns).putLong(rows).putInt(type).putLong(offset);
  }

  private static void data(ByteBuffer out, byte[] bytes) {
    out.position((out.position() + 31) / 32 * 32).put(bytes);
  }

  /** A file with A {@code [rank, 64]} and B {@code [3, rank]}, and 16 for lora_alpha. */
  private Path file(int rank, int typeOfA, byte[] a, int typeOfB, byte[] b) throws IOException {
    ByteBuffer out = buffer(1 << 15);
    out.put("GGUF".getBytes(StandardCharsets.UTF_8)).putInt(3).putLong(2).putLong(4);
    for (String[] entry :
        new String[][] {
          {"general.type", "adapter"}, {"general.architecture", "llama"}, {"adapter.type", "lora"}
        }) {
      string(out, entry[0]);
      out.putInt(8);
      string(out, entry[1]);
    }
    string(out, "adapter.lora.alpha");
    out.putInt(6).putFloat(16);
    describe(out, NAME + ".lora_a", INPUTS, rank, typeOfA, 0);
    describe(out, NAME + ".lora_b", rank, OUTPUTS, typeOfB, (a.length + 31) / 32 * 32);
    data(out, a);
    data(out, b);
    Path file = folder.resolve("adapter.gguf");
    Files.deleteIfExists(file);
    return Files.write(file, written(out));
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F16", "BF16", "Q8_0"})
  void factorsAreTheNumbersThatTheirBytesAre(GgufType typeOfA) throws IOException {
    byte[] a = bytes(typeOfA, 0, RANK * INPUTS);
    for (GgufType typeOfB :
        new GgufType[] {GgufType.F32, GgufType.F16, GgufType.BF16, GgufType.Q8_0}) {
      byte[] b = bytes(typeOfB, 96, OUTPUTS * RANK);
      GgufLora read = GgufLora.read(file(RANK, id(typeOfA), a, id(typeOfB), b));
      assertThat(read.matrices()).containsOnlyKeys(NAME);
      GgufLora.Factors factors = read.matrices().get(NAME);
      assertThat(factors.rank()).isEqualTo(RANK);
      assertThat(factors.inputs()).isEqualTo(INPUTS);
      assertThat(factors.outputs()).isEqualTo(OUTPUTS);
      assertThat(factors.a()).containsExactly(values(typeOfA, 0, RANK * INPUTS));
      assertThat(factors.b())
          .as("B of %s", typeOfB)
          .containsExactly(values(typeOfB, 96, OUTPUTS * RANK));
      assertThat(read.scale(factors)).isEqualTo(0.5);
    }
  }

  @ParameterizedTest
  @CsvSource({"24, 2048, I8", "28, 16384, F64", "20, 1152, IQ4_NL"})
  void aTypeThatCannotBeReadIsNamedWithTheTensor(int type, int size, String name)
      throws IOException {
    byte[] b = bytes(GgufType.F16, 0, OUTPUTS * RANK);
    Path file = file(RANK, type, new byte[size], id(GgufType.F16), b);
    assertThatThrownBy(() -> GgufLora.read(file))
        .isInstanceOf(FlexoraException.class)
        .hasMessage(
            "tensor '%s.lora_a' of %s has the type %s, which cannot be read; take a file that is"
                    .formatted(NAME, file, name)
                + " quantised to one of "
                + GgufType.readableNames());
  }

  @Test
  void aTypeThatNobodyKnowsIsNamedWithTheTensor() throws IOException {
    byte[] b = bytes(GgufType.F16, 0, OUTPUTS * RANK);
    Path file = file(RANK, 99, new byte[64], id(GgufType.F16), b);
    assertThatThrownBy(() -> GgufLora.read(file))
        .isInstanceOf(FlexoraException.class)
        .hasMessageStartingWith(file + " is not a valid GGUF file: ")
        .hasMessageContaining("'%s.lora_a' has the type 99, which is not known".formatted(NAME));
  }

  /** As of a B of rank 8 in Q8_0, whose blocks have 32 numbers. */
  @Test
  void rowsThatDoNotFillABlockAreRefused() throws IOException {
    byte[] a = bytes(GgufType.F16, 0, 8 * INPUTS);
    Path file = file(8, id(GgufType.F16), a, id(GgufType.Q8_0), new byte[34]);
    assertThatThrownBy(() -> GgufLora.read(file))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining(
            NAME + ".lora_b' has rows of 8 elements, which do not fill the blocks of 32 of its");
  }

  @Test
  void aScaleThatIsNoNumberIsRefused() throws IOException {
    byte[] a = bytes(GgufType.F16, 0, RANK * INPUTS);
    byte[] b = bytes(GgufType.Q8_0, 0, OUTPUTS * RANK);
    // 0x7e00 as the scale of the second block.
    b[34] = 0;
    b[35] = 0x7e;
    Path file = file(RANK, id(GgufType.F16), a, id(GgufType.Q8_0), b);
    assertThatThrownBy(() -> GgufLora.read(file))
        .isInstanceOf(FlexoraException.class)
        .hasMessage("tensor '%s.lora_b' of %s holds NaN".formatted(NAME, file));
  }
}
