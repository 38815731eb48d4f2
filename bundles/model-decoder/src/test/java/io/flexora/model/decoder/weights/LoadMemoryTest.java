package io.flexora.model.decoder.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.formats.safetensors.DType;
import io.flexora.formats.safetensors.SafetensorsWriter;
import io.flexora.formats.safetensors.Tensor;
import io.flexora.model.decoder.family.Decoder;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.transformers.checkpoint.ComputeType;
import io.flexora.transformers.family.CausalCheckpoint;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What loading a checkpoint of 200 MB needs at most, native memory and Java's heap together. */
class LoadMemoryTest {
  private static final String CONFIG =
      """
      {"model_type": "llama", "hidden_size": 1024, "intermediate_size": 4096,
       "num_hidden_layers": 4, "num_attention_heads": 16, "num_key_value_heads": 16,
       "vocab_size": 16000, "tie_word_embeddings": false}
      """;

  @TempDir private Path folder;

  @Test
  void staysBelowSixFifthsOfTheModel() throws IOException, InterruptedException {
    assumeTrue(
        Files.exists(Path.of("/proc/self/clear_refs")),
        "the peak of the resident memory is read from /proc, which Linux alone has");
    make();
    for (ComputeType type : List.of(ComputeType.BF16, ComputeType.FLOAT32)) {
      double[] measured = inOtherProcess(type);

      assertThat(measured[1]).as("bytes of the model in " + type).isGreaterThan(190e6);
      assertThat(measured[0] / measured[1]).as("peak / model in " + type).isLessThan(1.2);
    }
  }

  private void make() throws IOException {
    Files.writeString(folder.resolve("config.json"), CONFIG);
    List<Tensor> tensors = new ArrayList<>();
    Decoder.ofFolder(folder)
        .tensors()
        .forEach(
            t ->
                tensors.add(
                    new Tensor(t.name(), DType.BF16, t.shape(), out -> write(out, t.shape()))));
    SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors, Map.of());
  }

  private static void write(OutputStream out, List<Long> shape) throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    byte[] row = new byte[2 * (int) (long) shape.get(shape.size() - 1)];
    for (int i = 0; i < row.length; i += 2) {
      row[i] = (byte) random.nextInt();
      row[i + 1] = 0x3c; // about 0.01
    }
    for (long i = 0; i < (shape.size() == 1 ? 1 : shape.get(0)); i++) {
      out.write(row);
    }
  }

  private double[] inOtherProcess(ComputeType type) throws IOException, InterruptedException {
    Path output = folder.resolve("output-" + type);
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Loading.class.getName(),
                folder.toString(),
                type.name(),
                Tiny.location("llama2").toString())
            .redirectOutput(output.toFile())
            .redirectError(folder.resolve("errors-" + type).toFile())
            .start();
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(folder.resolve("errors-" + type))).isZero();
    String[] numbers = Files.readString(output).strip().split(" ", 2);
    return new double[] {Double.parseDouble(numbers[0]), Double.parseDouble(numbers[1])};
  }

  /** Loads the checkpoint in a process of its own, so that no other test's memory counts. */
  static final class Loading {
    private Loading() {}

    public static void main(String[] arguments) throws IOException {
      ComputeType type = ComputeType.valueOf(arguments[1]);
      try (NDManager owner = TorchEngine.start().newManager(Device.cpu())) {
        // Code of the engine and of Java is there once, whatever is loaded after it.
        load(owner, Path.of(arguments[2]), type);
        Files.writeString(Path.of("/proc/self/clear_refs"), "5");
        long before = peak();
        long numbers = load(owner, Path.of(arguments[0]), type);
        System.out.println(1024 * (peak() - before) + " " + numbers * type.bytes());
      }
    }

    private static long load(NDManager owner, Path folder, ComputeType type) throws IOException {
      try (CausalCheckpoint checkpoint = Tiny.open(folder)) {
        return Tiny.load(checkpoint, owner, type).stream().mapToLong(NDArray::size).sum();
      }
    }

    private static long peak() throws IOException {
      return Files.readAllLines(Path.of("/proc/self/status")).stream()
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElseThrow();
    }
  }
}
