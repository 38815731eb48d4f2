package io.flexora.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.gradient.Direction;
import io.flexora.api.head.Head;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.Batch;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.Point;
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
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Steps on random texts in a process of their own, as the launcher starts one: the peak of its
 * memory is that of nothing else, and does not depend on what else the machine does.
 */
final class StepProcess {

  /** How the launcher sets the allocator, so that memory is what a run takes. */
  private static final Path LAUNCHER = Path.of("../../distribution/bin/flexora");

  private static final Pattern SETTING =
      Pattern.compile("((?:MALLOC|GLIBC|GOMP|ONEDNN)_\\w+)=\"\\$\\{\\1:-([^}]+)}\"");

  /** What is computed in a step. */
  enum Kind {
    /** The gradient of LoRA on queries and values. */
    QUERY_VALUE,
    /** The gradient of LoRA on all modules. */
    ALL_MODULES,
    /** A product of the Hessian of LoRA on queries and values with a direction. */
    HESSIAN_PRODUCT
  }

  /**
   * Steps of a model, with adapters on all layers.
   *
   * @param segments the option checkpoint_segments
   * @param rows texts of a step
   * @param length tokens of a text
   * @param labelled how many of them, at the end, are to be predicted
   * @param count how many steps are timed, beside a first one that is not; 0 to time the first
   */
  record Steps(
      Path source,
      WeightStorage weights,
      ComputeChoice type,
      int segments,
      int rows,
      int length,
      int labelled,
      Kind kind,
      int count) {

    private List<String> arguments() {
      return List.of(
          source.toString(),
          weights.name(),
          type.name(),
          Integer.toString(segments),
          Integer.toString(rows),
          Integer.toString(length),
          Integer.toString(labelled),
          kind.name(),
          Integer.toString(count));
    }

    private static Steps of(String... arguments) {
      return new Steps(
          Path.of(arguments[0]),
          WeightStorage.valueOf(arguments[1]),
          ComputeChoice.valueOf(arguments[2]),
          Integer.parseInt(arguments[3]),
          Integer.parseInt(arguments[4]),
          Integer.parseInt(arguments[5]),
          Integer.parseInt(arguments[6]),
          Kind.valueOf(arguments[7]),
          Integer.parseInt(arguments[8]));
    }

    private DecoderBackend backend() {
      CausalOptions options =
          new CausalOptions(
              source.toString(),
              Optional.empty(),
              length,
              type,
              Bos.AUTO,
              Optional.empty(),
              rows * length,
              segments,
              weights);
      return new DecoderBackend(options, Path::of, Device.cpu(), new Decisions(), notice -> {});
    }
  }

  /** The peak of the process's memory, and the median time of a step. */
  record Figures(double mebibytes, double seconds) {

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%.0f MiB, %.2f s a step", mebibytes, seconds);
    }

    /** The median of each figure. */
    static Figures median(List<Figures> figures) {
      return new Figures(
          StepProcess.median(figures.stream().mapToDouble(Figures::mebibytes)),
          StepProcess.median(figures.stream().mapToDouble(Figures::seconds)));
    }
  }

  private StepProcess() {}

  /** Runs steps with {@code -Dflexora.threads} threads, and prints what they took. */
  static Figures measured(Steps steps) throws IOException, InterruptedException {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    ProcessBuilder builder =
        new ProcessBuilder(
            java.toString(),
            "-Xmx1g",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            StepProcess.class.getName());
    builder.command().addAll(steps.arguments());
    builder.command().add(System.getProperty("flexora.threads", "2"));
    builder.environment().putAll(launcherSettings());
    Process process = builder.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    String last = output.strip().lines().reduce((a, b) -> b).orElseThrow();
    double[] numbers = Arrays.stream(last.split(" ")).mapToDouble(Double::parseDouble).toArray();
    Figures figures = new Figures(numbers[0], numbers[1]);
    System.out.println(steps + ": " + figures);
    return figures;
  }

  private static Map<String, String> launcherSettings() throws IOException {
    Map<String, String> settings = new HashMap<>(Map.of("OMP_WAIT_POLICY", "passive"));
    SETTING
        .matcher(Files.readString(LAUNCHER))
        .results()
        .forEach(m -> settings.put(m.group(1), m.group(2)));
    assertThat(settings).as("settings of the native libraries in %s", LAUNCHER).hasSize(7);
    return settings;
  }

  /** Prints the peak of its memory in MiB and the median of its steps in seconds. */
  public static void main(String[] arguments) throws IOException {
    TorchEngine.start().useThreads(Integer.parseInt(arguments[arguments.length - 1]));
    Steps steps = Steps.of(arguments);
    double[] seconds = new double[Math.max(1, steps.count())];
    try (BaseModel model = steps.backend().load()) {
      List<Integer> layers = IntStream.range(0, model.shape().layers()).boxed().toList();
      AdapterPlan plan = new AdapterPlan(Lora.method(0), layers, modules(model, steps), Head.NONE);
      try (AdaptedModel adapted = model.adapt(plan);
          NDManager scope = model.manager().newSubManager()) {
        NDArray theta = adapted.initialTheta(scope, new Seeds(1));
        for (int step = -1; step < steps.count(); step++) {
          long start = System.nanoTime();
          try (NDManager own = scope.newSubManager()) {
            step(own, adapted, theta, adapted.batch(own, texts(model, steps)), steps.kind());
          }
          seconds[Math.max(0, step)] = (System.nanoTime() - start) / 1e9;
        }
      }
    }
    System.out.println(peak() + " " + median(Arrays.stream(seconds)));
  }

  private static List<String> modules(BaseModel model, Steps steps) {
    return steps.kind() == Kind.ALL_MODULES
        ? model.shape().modules().stream().map(ModuleShape::name).toList()
        : List.of("q_proj", "v_proj");
  }

  private static void step(
      NDManager scope, AdaptedModel adapted, NDArray theta, Batch batch, Kind kind) {
    NDArray result;
    if (kind == Kind.HESSIAN_PRODUCT) {
      NDArray alpha = scope.create(new float[adapted.plan().layers().size()]);
      Direction along = new Direction(theta.sin(), alpha.cos());
      result = adapted.hessianProduct(scope, batch, Point.of(theta, alpha), along).theta();
    } else {
      result = adapted.lossGradient(scope, batch, Point.of(theta)).theta();
    }
    if (!Float.isFinite(result.sum().getFloat())) {
      throw new IllegalStateException("the result is no number");
    }
  }

  private static List<Tokens> texts(BaseModel model, Steps steps) {
    SplittableRandom random = new SplittableRandom(1);
    int prompt = steps.length() - steps.labelled();
    return IntStream.range(0, steps.rows())
        .mapToObj(
            r -> {
              int[] ids = random.ints(steps.length(), 0, model.shape().vocabulary()).toArray();
              return TinyModel.question(
                  Arrays.copyOf(ids, prompt),
                  List.of(Arrays.copyOfRange(ids, prompt, ids.length)),
                  0);
            })
        .toList();
  }

  private static double median(DoubleStream values) {
    double[] sorted = values.sorted().toArray();
    return sorted[sorted.length / 2];
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
