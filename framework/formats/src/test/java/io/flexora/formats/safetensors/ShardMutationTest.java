package io.flexora.formats.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.DurableFolder;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShardMutationTest {

  private static final int MUTANTS = 10_000;
  private static final long CONSTANT_BYTES = 1 << 20;
  private static final String[] FRAGMENTS = {
    "[",
    "]",
    "{",
    "}",
    "\"",
    "\\u0000",
    ",",
    ":",
    "..",
    "/",
    "\\\\",
    "\"a\"",
    "\"b\"",
    "1e99",
    "weight_map",
    "model-00001-of-00003",
    "model-00002-of-00003",
    "null",
    "[[[[",
    "\ud83d\ude00"
  };

  @TempDir Path parent;

  @Test
  void aMutantOfTheIndexIsRefusedOrLeadsToTheRightTensors() throws IOException {
    Path folder = parent.resolve("model");
    List<Tensor> tensors =
        List.of(tensor("a", 1), tensor("b", 2), tensor("c", 3), tensor("d", 4), tensor("e", 5));
    DurableFolder.write(
        folder, staging -> ShardedWriter.write(staging, tensors, SafetensorsWriter.PYTORCH, 16));
    Path index = folder.resolve(SafetensorsModel.INDEX);
    byte[] original = Files.readAllBytes(index);
    assertThat(survives(folder, "the original")).isOne();
    long seed = Long.getLong("flexora.test.seed", 20_260_101L);
    SplittableRandom random = new SplittableRandom(seed);
    int read = 0;
    for (int i = 0; i < MUTANTS; i++) {
      byte[] mutant = original;
      for (int n = random.nextInt(3); n >= 0; n--) {
        mutant = mutate(mutant, random);
      }
      Files.delete(index);
      Files.write(index, mutant);
      read += survives(folder, "mutant " + i + " of seed " + seed);
    }
    assertThat(read).as("mutants that are valid").isBetween(MUTANTS / 100, MUTANTS / 2);
  }

  private static Tensor tensor(String name, float value) {
    return Tensor.of(name, List.of(2L), new float[] {value, -value});
  }

  private static int survives(Path folder, String which) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    int read = 0;
    try (SafetensorsModel model = SafetensorsModel.open(folder)) {
      for (TensorInfo tensor : model.tensors()) {
        FloatBuffer values = FloatBuffer.allocate(2);
        model.readFloats(tensor.name(), 0, values);
        float value = tensor.name().charAt(0) - 'a' + 1;
        assertThat(values.array()).as(which).containsExactly(value, -value);
      }
      read = 1;
    } catch (FlexoraException e) {
      assertThat(e).as(which).hasMessageContaining(folder.toString());
    } catch (IOException e) {
      throw new AssertionError(which, e);
    }
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(allocated).as(which + ": bytes allocated").isLessThan(CONSTANT_BYTES);
    return read;
  }

  private static byte[] mutate(byte[] from, SplittableRandom random) {
    if (from.length == 0) {
      return new byte[] {1};
    }
    byte[] file = from.clone();
    int at = random.nextInt(file.length);
    switch (random.nextInt(6)) {
      case 0 -> file[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> file[at] = (byte) random.nextInt(256);
      case 2 -> {
        return Arrays.copyOf(file, random.nextInt(file.length + 16));
      }
      case 3 -> {
        int length = random.nextInt(file.length - at);
        System.arraycopy(file, at, file, random.nextInt(file.length - length), length);
      }
      default -> {
        String text = FRAGMENTS[random.nextInt(FRAGMENTS.length)];
        byte[] fragment = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(fragment, 0, file, at, Math.min(fragment.length, file.length - at));
      }
    }
    return file;
  }
}
