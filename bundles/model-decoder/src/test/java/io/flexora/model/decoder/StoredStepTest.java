package io.flexora.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.AdapterPlan;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.Batch;
import io.flexora.api.model.Point;
import io.flexora.api.model.Tokens;
import io.flexora.api.run.Decisions;
import io.flexora.api.run.Seeds;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.transformers.causal.CausalOptions;
import io.flexora.transformers.checkpoint.ComputeChoice;
import io.flexora.transformers.checkpoint.WeightStorage;
import io.flexora.transformers.token.Bos;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Measures training steps of a real model whose base stays quantised beside steps of the same model
 * in float32: peak memory, as the kernel counts it of a process of its own, and seconds. Runs only
 * with {@code -Dflexora.speed=ROUNDS} and {@code -Dflexora.models=FOLDER}, each round of all three
 * in turn, and prints a line for each process and the ratios of the medians.
 */
class StoredStepTest {

  private static final int ROWS = 8;
  private static final int LENGTH = 128;
  private static final int STEPS = 4;

  /** A way to train: how weights lie in memory, and the segments of layers. */
  private record Way(WeightStorage weights, int segments) {}

  private static final List<Way> WAYS =
      List.of(
          new Way(WeightStorage.DENSE, 1),
          new Way(WeightStorage.DENSE, 30),
          new Way(WeightStorage.STORED, 0));

  private record Figures(double mebibytes, double seconds) {}

  @Test
  void takesLessMemory() throws IOException, InterruptedException {
    int rounds = Integer.getInteger("flexora.speed", 0);
    assumeTrue(rounds > 0, "-Dflexora.speed=ROUNDS asks for no measurement");
    Path file =
        RealModel.folder("models").resolve("smollm2-135m-instruct/SmolLM2-135M-Instruct.Q4_1.gguf");
    List<List<Figures>> found = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (int round = 0; round < rounds; round++) {
      for (int way = 0; way < WAYS.size(); way++) {
        Figures figures = measured(file, WAYS.get(way));
        found.get(way).add(figures);
        print(WAYS.get(way) + " " + figures);
      }
    }
    Figures dense = median(found.get(0));
    Figures inSegments = median(found.get(1));
    Figures stored = median(found.get(2));
    print(ratio("stored / float32", stored, dense));
    print(ratio("stored / float32 in segments", stored, inSegments));
    assertThat(stored.mebibytes() / dense.mebibytes()).isLessThan(0.45);
  }

  private static String ratio(String name, Figures one, Figures other) {
    return String.format(
        Locale.ROOT,
        "%s: memory %.2f, time %.2f",
        name,
        one.mebibytes() / other.mebibytes(),
        one.seconds() / other.seconds());
  }

  private static void print(String line) {
    System.out.println(line);
  }

  private static Figures median(List<Figures> figures) {
    return new Figures(
        median(figures.stream().mapToDouble(Figures::mebibytes)),
        median(figures.stream().mapToDouble(Figures::seconds)));
  }

  private static double median(DoubleStream values) {
    double[] sorted = values.sorted().toArray();
    return sorted[sorted.length / 2];
  }

  private static Figures measured(Path file, Way way) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                StoredStepTest.class.getName(),
                file.toString(),
                way.weights().name(),
                Integer.toString(way.segments()),
                System.getProperty("flexora.threads", "2"))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    double[] numbers =
        Arrays.stream(output.strip().split(" ")).mapToDouble(Double::parseDouble).toArray();
    return new Figures(numbers[0], numbers[1]);
  }

  /** One process: the peak of its memory in MiB, and the median of its steps in seconds. */
  public static void main(String[] arguments) throws IOException {
    TorchEngine.start().useThreads(Integer.parseInt(arguments[3]));
    CausalOptions options =
        new CausalOptions(
            arguments[0],
            Optional.empty(),
            LENGTH,
            ComputeChoice.FLOAT32,
            Bos.AUTO,
            Optional.empty(),
            ROWS * LENGTH,
            Integer.parseInt(arguments[2]),
            WeightStorage.valueOf(arguments[1]));
    DecoderBackend backend = new DecoderBackend(options, Path::of, Device.cpu(), new Decisions());
    double[] seconds = new double[STEPS];
    try (BaseModel model = backend.load()) {
      List<Integer> layers = IntStream.range(0, model.shape().layers()).boxed().toList();
      AdapterPlan plan = new AdapterPlan(Lora.method(0), layers, List.of("q_proj", "v_proj"), 0);
      try (AdaptedModel adapted = model.adapt(plan);
          NDManager scope = model.manager().newSubManager()) {
        NDArray theta = adapted.initialTheta(scope, new Seeds(1));
        for (int step = -1; step < STEPS; step++) {
          long start = System.nanoTime();
          try (NDManager own = scope.newSubManager()) {
            Batch batch = adapted.batch(own, rows(model.shape().vocabulary()));
            adapted.lossGradient(own, batch, Point.of(theta)).theta().sum().getFloat();
          }
          seconds[Math.max(0, step)] = (System.nanoTime() - start) / 1e9;
        }
      }
    }
    print(peak() + " " + median(Arrays.stream(seconds)));
  }

  /** A quarter of each row is labelled. */
  private static List<Tokens> rows(int vocabulary) {
    SplittableRandom random = new SplittableRandom(1);
    return IntStream.range(0, ROWS)
        .mapToObj(
            r -> {
              int[] ids = random.ints(LENGTH, 0, vocabulary).toArray();
              int prompt = LENGTH * 3 / 4;
              return TinyModel.question(
                  Arrays.copyOf(ids, prompt), List.of(Arrays.copyOfRange(ids, prompt, LENGTH)), 0);
            })
        .toList();
  }

  private static double peak() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmHWM:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
      }
    }
    throw new IOException("the kernel does not tell the peak of the memory");
  }
}
