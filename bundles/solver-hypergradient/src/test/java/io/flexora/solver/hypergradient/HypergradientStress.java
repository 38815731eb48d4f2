package io.flexora.solver.hypergradient;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.adapter.lora.LoraAdapter;
import io.flexora.adapter.lora.LoraOptions;
import io.flexora.api.data.Example;
import io.flexora.api.head.Head;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.hpo.ProblemOptions;
import io.flexora.api.hpo.Solver;
import io.flexora.api.input.Tokenizer;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.ModelBackend;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.run.Seeds;
import io.flexora.model.decoder.DecoderBackend;
import io.flexora.model.encoder.EncoderBackend;
import io.flexora.model.encoder.EncoderOptions;
import io.flexora.numerics.bilevel.ModelBilevelProblem;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.testkit.host.Extensions;
import io.flexora.transformers.causal.CausalOptions;
import io.flexora.transformers.checkpoint.ComputeChoice;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

/**
 * Hypergradients under the worst that the rest of a process does to memory: several models at once,
 * encoder and decoder in float32 and float64, each in a thread of its own, while other threads
 * collect garbage at random times, open and close managers, and write over what is free. Every
 * hypergradient has to equal, bit for bit, that of a quiet process; what was read after it was
 * freed would not.
 *
 * <p>{@link HypergradientStressTest} runs it for seconds in the build and for as long as {@code
 * -Dflexora.stress.minutes} says. On a class path of its own: {@code java -cp ...
 * io.flexora.solver.hypergradient.HypergradientStress MINUTES DECODER [DECODER]}, the second names
 * a real decoder. Each minute it prints the hypergradients so far and the resident memory.
 */
final class HypergradientStress {
  private static final List<OptimiserKind> KINDS =
      List.of(OptimiserKind.SGD, OptimiserKind.NESTEROV, OptimiserKind.ADAMW);
  private static final List<String> WORDS =
      List.of("a", "bc", "the cat", "of what", "is it", "no", "yes", "one two");

  private final Duration time;
  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final Map<String, AtomicLong> done = new ConcurrentHashMap<>();
  private final AtomicLong collections = new AtomicLong();
  private final AtomicLong managers = new AtomicLong();
  private final Map<String, Backend> backends = new LinkedHashMap<>();

  /** What makes a model, and how many layers and what modules of it are adapted. */
  private record Backend(
      ModelBackend models, int layers, List<String> modules, int classes, int examples) {

    int mostSteps() {
      return layers > 3 ? 1 : 3;
    }

    /** How many hypergradients differ by what they are asked for. */
    int kinds() {
      return KINDS.size() * mostSteps();
    }
  }

  HypergradientStress(Duration time, Path encoder, Path decoder, Optional<Path> real) {
    this.time = time;
    for (ComputeChoice type : List.of(ComputeChoice.FLOAT32, ComputeChoice.FLOAT64)) {
      backends.put(
          "encoder " + type,
          new Backend(encoder(encoder, type), 3, List.of("query", "value"), 3, 9));
      backends.put(
          "decoder " + type,
          new Backend(decoder(decoder, type), 3, List.of("q_proj", "v_proj"), 0, 9));
      real.ifPresent(
          path ->
              backends.put(
                  "real decoder " + type,
                  new Backend(decoder(path, type), 30, List.of("q_proj", "v_proj"), 0, 3)));
    }
  }

  /**
   * Runs to the end of the time, and until each model has given one hypergradient twice, or to the
   * first that differs.
   */
  void run() throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    backends.forEach((name, backend) -> threads.add(thread(name, () -> compute(name, backend))));
    threads.add(thread("collector", this::collect));
    for (int i = 0; i < 2; i++) {
      int seed = i;
      threads.add(thread("managers " + i, () -> openAndClose(new Random(seed))));
    }
    long start = System.nanoTime();
    threads.forEach(Thread::start);
    long told = 0;
    while (!over.get() && (System.nanoTime() - start < time.toNanos() || !comparedEach())) {
      Thread.sleep(50);
      long minute = Duration.ofNanos(System.nanoTime() - start).toMinutes();
      if (minute > told) {
        told = minute;
        tell(minute);
      }
    }
    over.set(true);
    for (Thread thread : threads) {
      thread.join();
    }
    tell(Duration.ofNanos(System.nanoTime() - start).toMinutes());
    if (failure.get() != null) {
      throw new AssertionError("under stress", failure.get());
    }
  }

  /** Whether each model has given more hypergradients than there are kinds of them. */
  boolean comparedEach() {
    return done.size() == backends.size()
        && backends.entrySet().stream()
            .allMatch(of -> done.get(of.getKey()).get() > of.getValue().kinds());
  }

  /** The hypergradients of each model so far. */
  Map<String, AtomicLong> done() {
    return done;
  }

  private Thread thread(String name, Callable<Void> work) {
    FutureTask<Void> task =
        new FutureTask<>(work) {
          @Override
          protected void setException(Throwable e) {
            super.setException(e);
            failure.compareAndSet(null, e);
            over.set(true);
          }
        };
    return new Thread(task, name);
  }

  private void tell(long minute) {
    System.out.printf(
        "minute %d: %s; %d collections, %d managers, %d MiB resident%n",
        minute, done, collections.get(), managers.get(), resident() >> 10);
  }

  /** Resident memory in KiB, or 0 where the system does not tell. */
  private static long resident() {
    try {
      return Files.readAllLines(Path.of("/proc/self/status")).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0;
    }
  }

  private Void compute(String name, Backend backend) throws IOException {
    AtomicLong count = done.computeIfAbsent(name, n -> new AtomicLong());
    Random random = new Random(name.hashCode());
    Map<Integer, double[]> expected = new LinkedHashMap<>();
    while (!over.get()) {
      try (BaseModel base = backend.models().load();
          AdaptedModel model = base.adapt(plan(backend))) {
        BilevelProblem problem = problem(backend, model);
        // A model that is opened again has to give the same numbers in other memory.
        for (int i = 0; i < 50 && !over.get(); i++) {
          int kind = random.nextInt(KINDS.size());
          int steps = 1 + random.nextInt(backend.mostSteps());
          double[] found = hypergradient(model, problem, KINDS.get(kind), steps);
          double[] before = expected.putIfAbsent(kind * 10 + steps, found);
          if (before != null && !Arrays.equals(before, found)) {
            throw new AssertionError(
                "%s, %s, %d steps: %s instead of %s"
                    .formatted(
                        name,
                        KINDS.get(kind),
                        steps,
                        Arrays.toString(found),
                        Arrays.toString(before)));
          }
          count.incrementAndGet();
        }
      }
    }
    return null;
  }

  private static double[] hypergradient(
      AdaptedModel model, BilevelProblem problem, OptimiserKind kind, int steps) {
    Solver solver =
        new UnrolledSolver(
            new UnrolledOptions(
                steps, Inner.everything(kind, 0.05), Optional.empty(), Products.EXACT, false, 1));
    try (NDManager scope = TorchEngine.start().newManager(Device.cpu());
        NDManager own = scope.newSubManager()) {
      int layers = model.plan().layers().size();
      double[] gates = IntStream.range(0, layers).mapToDouble(l -> 0.3 * Math.sin(l + 1)).toArray();
      DataType type = problem.initialTheta(own).getDataType();
      NDArray alpha = NativeArrays.convert(own, NativeArrays.of(own, gates), type);
      return solver
          .step(own, problem, solver.start(own, problem), alpha, 1)
          .gradient()
          .toType(DataType.FLOAT64, false)
          .toDoubleArray();
    }
  }

  private Void collect() {
    Random random = new Random(1);
    while (!over.get()) {
      System.gc();
      collections.incrementAndGet();
      writeOverWhatIsFree(random);
      pause(random.nextInt(200));
    }
    return null;
  }

  private static void writeOverWhatIsFree(Random random) {
    for (int i = 0; i < 20; i++) {
      ByteBuffer buffer = ByteBuffer.allocateDirect(1 << (6 + random.nextInt(12)));
      while (buffer.hasRemaining()) {
        buffer.put((byte) 0x7f);
      }
    }
  }

  private Void openAndClose(Random random) {
    try (NDManager root = TorchEngine.start().newManager(Device.cpu())) {
      while (!over.get()) {
        List<NDManager> open = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
          NDManager parent =
              open.isEmpty() || random.nextBoolean() ? root : open.get(open.size() - 1);
          NDManager manager = parent.newSubManager();
          open.add(manager);
          NDArray array = manager.full(new Shape(1L << random.nextInt(14)), 7);
          NDArray view = array.stopGradient();
          view.attach(parent);
          array.close();
          view.addi(1);
        }
        open.forEach(NDManager::close);
        managers.addAndGet(open.size());
        root.getManagedArrays().forEach(NDArray::close);
        pause(random.nextInt(20));
      }
    }
    return null;
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static AdapterPlan plan(Backend backend) {
    LoraOptions options = new LoraOptions(2, 4, 0.2, false, List.of());
    LoraAdapter lora = Extensions.of(LoraAdapter.class, options);
    return new AdapterPlan(
        lora,
        IntStream.range(0, backend.layers()).boxed().toList(),
        backend.modules(),
        Head.classes(backend.classes()));
  }

  private static BilevelProblem problem(Backend backend, AdaptedModel model) throws IOException {
    List<Tokens> tokens = tokens(backend);
    int training = 2 * backend.examples() / 3;
    return new ModelBilevelProblem(
        model,
        tokens.subList(0, training),
        tokens.subList(training, tokens.size()),
        backend.layers() > 3 ? new ProblemOptions(1, 1, 1, 1) : new ProblemOptions(2, 2, 3, 1),
        new Seeds(5));
  }

  private static List<Tokens> tokens(Backend backend) throws IOException {
    Random random = new Random(3);
    if (backend.classes() > 0) {
      return IntStream.range(0, backend.examples())
          .mapToObj(i -> classified(i, random, backend.classes()))
          .toList();
    }
    try (Tokenizer tokenizer = backend.models().tokenizer()) {
      return IntStream.range(0, backend.examples())
          .mapToObj(i -> tokenizer.tokens(question(i, random), Head.NONE))
          .toList();
    }
  }

  private static Tokens classified(int row, Random random, int classes) {
    Example example =
        new Example("row " + row, "", List.of("a", "b", "c"), random.nextInt(classes));
    return new Tokens(example, random.ints(4 + random.nextInt(8), 0, 32).toArray(), List.of(), 0);
  }

  private static Example question(int row, Random random) {
    List<String> words = random.ints(7, 0, WORDS.size()).mapToObj(WORDS::get).toList();
    return new Example(
        "row " + row,
        List.of(String.join(" ", words.subList(0, 5))),
        " ",
        List.of(words.get(5) + " c", words.get(6) + " d"),
        random.nextInt(2),
        List.of());
  }

  private static ModelBackend encoder(Path file, ComputeChoice type) {
    String options =
        "{source: '%s', max_tokens: 16, compute_dtype: %s}".formatted(file, word(type));
    return Extensions.of(EncoderBackend.class, EncoderOptions.class, options);
  }

  private static ModelBackend decoder(Path folder, ComputeChoice type) {
    String options =
        "{source: '%s', max_tokens: 64, compute_dtype: %s}".formatted(folder, word(type));
    return Extensions.of(DecoderBackend.class, CausalOptions.class, options);
  }

  private static String word(ComputeChoice type) {
    return type.name().toLowerCase(Locale.ROOT);
  }

  /** Writes the tiny encoder into a folder. */
  static Path tinyEncoder(Path folder) {
    Path file = folder.resolve("tiny-bert.onnx");
    try (InputStream in = HypergradientStress.class.getResourceAsStream("tiny-bert.onnx")) {
      Files.copy(in, file);
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException("the folder of the test cannot be written", e);
    }
  }

  public static void main(String... arguments) throws Exception {
    new HypergradientStress(
            Duration.ofSeconds((long) (60 * Double.parseDouble(arguments[0]))),
            tinyEncoder(Files.createTempDirectory("stress")),
            Path.of(arguments[1]),
            arguments.length > 2 ? Optional.of(Path.of(arguments[2])) : Optional.empty())
        .run();
  }
}
