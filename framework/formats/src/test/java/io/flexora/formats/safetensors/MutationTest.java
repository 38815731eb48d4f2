package io.flexora.formats.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MutationTest {

  private static final int MUTANTS = 10_000;
  private static final long CONSTANT_BYTES = 4 << 20;
  private static final long[] LENGTHS = {
    0, 1, 100_000_000, Integer.MAX_VALUE, 1L << 32, Long.MAX_VALUE, Long.MIN_VALUE, -1, -8
  };
  private static final String[] FRAGMENTS = {
    "[",
    "]",
    "{",
    "}",
    "\"",
    "\\u0000",
    ",",
    ":",
    "-1",
    "99999999999999999999",
    "4294967296",
    "\"F64\"",
    "\"a\"",
    "__metadata__",
    "null",
    "1e9",
    "[[[[",
    "\ud83d\ude00"
  };

  @TempDir Path folder;

  @Test
  void aMutantIsReadWithinItsFileOrRefusedByTheReader() throws IOException {
    byte[] original = original();
    long seed = Long.getLong("flexora.test.seed", 20_260_101L);
    SplittableRandom random = new SplittableRandom(seed);
    // Once unmeasured: loading the classes allocates too.
    SafetensorsFile.open(RawFile.write(folder, original)).close();
    refuse(RawFile.write(folder, new byte[9]));
    int read = 0;
    for (int i = 0; i < MUTANTS; i++) {
      byte[] mutant = mutate(original, random);
      read += survives(RawFile.write(folder, mutant), mutant, "mutant " + i + " of seed " + seed);
    }
    assertThat(read).as("mutants that are valid files").isBetween(MUTANTS / 100, MUTANTS / 2);
  }

  private static void refuse(Path file) {
    assertThatThrownBy(() -> SafetensorsFile.open(file).close())
        .isInstanceOf(MalformedSafetensorsException.class);
  }

  private static int survives(Path file, byte[] mutant, String which) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    int read = 0;
    try (SafetensorsFile open = SafetensorsFile.open(file)) {
      long total = 0;
      for (TensorInfo tensor : open.tensors()) {
        total += tensor.byteCount();
        readElements(open, tensor);
      }
      assertThat(total).as(which).isLessThan(mutant.length);
      read = 1;
    } catch (MalformedSafetensorsException e) {
      assertThat(e).as(which).hasMessageContaining(file.toString());
    } catch (IOException e) {
      throw new AssertionError(which, e);
    }
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(allocated).as(which + ": bytes allocated").isLessThan(CONSTANT_BYTES);
    return read;
  }

  private static void readElements(SafetensorsFile open, TensorInfo tensor) throws IOException {
    switch (tensor.type()) {
      case F64, F32, F16, BF16 -> open.doubles(tensor.name());
      case BOOL, U8, I8, I16, I32, I64 -> open.longs(tensor.name());
      default -> open.map(tensor.name());
    }
  }

  private static byte[] original() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SafetensorsWriter.write(
        out,
        List.of(
            Tensor.of("a", List.of(2L, 3L), new float[6]),
            Tensor.of("b", List.of(2L), new double[2]),
            Tensor.of("c", DType.BF16, List.of(3L), new byte[6]),
            Tensor.of("d", List.of(), new long[1])),
        Map.of("format", "pt"));
    return out.toByteArray();
  }

  private static byte[] mutate(byte[] original, SplittableRandom random) {
    byte[] mutant = original.clone();
    for (int n = random.nextInt(3); n >= 0; n--) {
      mutant = mutateOnce(mutant, random);
    }
    return mutant;
  }

  private static byte[] mutateOnce(byte[] file, SplittableRandom random) {
    if (file.length == 0) {
      return new byte[] {1};
    }
    int at = random.nextInt(file.length);
    switch (random.nextInt(8)) {
      case 0 -> file[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> file[at] = (byte) random.nextInt(256);
      case 2 -> file[random.nextInt(Math.min(8, file.length))] = (byte) random.nextInt(256);
      case 3 -> {
        return Arrays.copyOf(file, random.nextInt(file.length + 16));
      }
      case 4 -> file[at] = (byte) ('0' + random.nextInt(10));
      case 5 -> {
        int length = random.nextInt(file.length - at);
        System.arraycopy(file, at, file, random.nextInt(file.length - length), length);
      }
      case 6 -> {
        byte[] length = RawFile.of(LENGTHS[random.nextInt(LENGTHS.length)], new byte[0], 0);
        System.arraycopy(length, 0, file, 0, Math.min(length.length, file.length));
      }
      default -> {
        byte[] fragment =
            FRAGMENTS[random.nextInt(FRAGMENTS.length)].getBytes(
                java.nio.charset.StandardCharsets.UTF_8);
        System.arraycopy(fragment, 0, file, at, Math.min(fragment.length, file.length - at));
      }
    }
    return file;
  }
}
