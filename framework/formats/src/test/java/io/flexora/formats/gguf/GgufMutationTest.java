package io.flexora.formats.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.flexora.api.run.FlexoraException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufMutationTest {

  private static final int MUTANTS = 10_000;
  private static final long CONSTANT_BYTES = 1 << 20;
  private static final long[] EXTREMES = {
    0,
    1,
    2,
    8,
    9,
    12,
    32,
    255,
    1 << 16,
    Integer.MAX_VALUE,
    1L << 31,
    (1L << 32) - 1,
    1L << 32,
    1L << 61,
    1L << 62,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    -1,
    -8,
    -32
  };

  @TempDir Path folder;
  private final Map<String, float[]> originals = new HashMap<>();
  private byte[] original;
  private int dataStart;

  @Test
  void aMutantIsReadWithinItsFileOrRefusedByTheReader() throws IOException {
    original = PythonFile.bytes();
    readOriginals();
    // Once unmeasured: loading the classes allocates too.
    assertThat(read(RawGguf.write(folder, new byte[9]), new HashMap<>())).isPresent();
    assertThat(read(RawGguf.write(folder, original), new HashMap<>())).isEmpty();
    long seed = Long.getLong("flexora.test.seed", 20_260_101L);
    SplittableRandom random = new SplittableRandom(seed);
    int read = 0;
    for (int i = 0; i < MUTANTS; i++) {
      byte[] mutant = original;
      for (int n = random.nextInt(3); n >= 0; n--) {
        mutant = mutate(mutant, random);
      }
      read += survives(mutant, "mutant " + i + " of seed " + seed);
    }
    assertThat(read).as("mutants that are valid files").isBetween(MUTANTS / 100, MUTANTS / 2);
  }

  private void readOriginals() throws IOException {
    try (GgufFile file = GgufFile.open(RawGguf.write(folder, original))) {
      dataStart = (int) file.tensors().get(0).offset();
      for (GgufTensor tensor : file.tensors()) {
        originals.put(tensor.name(), floats(file, tensor));
      }
    }
  }

  private static float[] floats(GgufFile file, GgufTensor tensor) throws IOException {
    float[] values = new float[Math.toIntExact(tensor.size())];
    file.readFloats(tensor.name(), 0, values);
    return values;
  }

  private int survives(byte[] mutant, String which) throws IOException {
    Path path = RawGguf.write(folder, mutant);
    Map<GgufTensor, float[]> read = new LinkedHashMap<>();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    Optional<FlexoraException> refusal = read(path, read);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(allocated).as(which + ": bytes allocated").isLessThan(CONSTANT_BYTES);
    if (refusal.isPresent()) {
      assertThat(refusal.get()).as(which).hasMessageContaining(path.toString());
      return 0;
    }
    boolean sameData = sameData(mutant);
    read.forEach((tensor, values) -> check(tensor, values, mutant.length, sameData, which));
    return 1;
  }

  /** Reads all that a file holds; gives why the file was refused. */
  private static Optional<FlexoraException> read(Path path, Map<GgufTensor, float[]> tensors)
      throws IOException {
    try (GgufFile file = GgufFile.open(path)) {
      assertThat(file.metadata().toString()).isNotEmpty();
      for (GgufTensor tensor : file.tensors()) {
        if (tensor.type().readable()) {
          tensors.put(tensor, floats(file, tensor));
        }
      }
      return Optional.empty();
    } catch (MalformedGgufException e) {
      return Optional.of(e);
    }
  }

  private boolean sameData(byte[] mutant) {
    int data = original.length - dataStart;
    return mutant.length >= data
        && Arrays.equals(
            mutant, mutant.length - data, mutant.length, original, dataStart, original.length);
  }

  private void check(
      GgufTensor tensor, float[] values, int fileBytes, boolean sameData, String which) {
    assertThat(tensor.offset() + tensor.byteCount()).as(which).isLessThanOrEqualTo(fileBytes);
    float[] before = originals.get(tensor.name());
    // With the data as it was, a tensor of the same name and type has the same elements.
    if (sameData && before != null && tensor.name().endsWith("." + tensor.type())) {
      assertThat(Arrays.equals(values, before)).as(which + ", tensor " + tensor).isTrue();
    }
  }

  private byte[] mutate(byte[] from, SplittableRandom random) {
    if (from.length < 16) {
      return original;
    }
    byte[] file = from.clone();
    // Nearly all rules are about the header, which is a third of the file.
    int end = random.nextInt(10) == 0 ? file.length : Math.min(file.length, dataStart);
    int at = random.nextInt(end);
    int length = Math.min(random.nextInt(1, 40), file.length - at);
    switch (random.nextInt(8)) {
      case 0, 1 -> file[at] ^= (byte) (1 << random.nextInt(8));
      case 2 -> file[at] = (byte) random.nextInt(256);
      case 3, 4 -> extreme(file, at, random);
      case 5 -> System.arraycopy(file, random.nextInt(file.length - length), file, at, length);
      case 6 -> file = spliced(file, at, random.nextBoolean() ? -length : length);
      default -> file = Arrays.copyOf(file, random.nextInt(file.length + 64));
    }
    return file;
  }

  /** Puts an extreme number where a length, a count or an offset may be. */
  private static void extreme(byte[] file, int near, SplittableRandom random) {
    long value = EXTREMES[random.nextInt(EXTREMES.length)];
    int width = random.nextBoolean() ? Long.BYTES : Integer.BYTES;
    List<Integer> counts = List.of(4, 8, 16, 24);
    int at = random.nextInt(3) == 0 ? counts.get(random.nextInt(counts.size())) : near;
    byte[] bytes =
        ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
    System.arraycopy(bytes, 0, file, at, Math.max(0, Math.min(width, file.length - at)));
  }

  /** Takes bytes out or doubles them. */
  private static byte[] spliced(byte[] file, int at, int bytes) {
    byte[] spliced = new byte[file.length + bytes];
    int kept = Math.min(file.length, spliced.length);
    System.arraycopy(file, 0, spliced, 0, kept);
    int tail = file.length - Math.max(at, at - bytes);
    System.arraycopy(file, file.length - tail, spliced, spliced.length - tail, tail);
    return spliced;
  }
}
