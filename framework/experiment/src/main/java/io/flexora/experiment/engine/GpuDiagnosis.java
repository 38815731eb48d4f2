package io.flexora.experiment.engine;

import io.flexora.files.durable.RegularFile;
import io.flexora.files.machine.ProgramOutput;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The GPUs of a machine and the libraries that PyTorch needs for them: NVIDIA's driver and its
 * cards, the CUDA that PyTorch's library was built for, and CUDA's runtime, by which DJL counts the
 * GPUs.
 *
 * @param driver the version of the driver; empty if {@code nvidia-smi} does not tell
 * @param cuda the newest CUDA that the driver serves, such as 12.8
 * @param cards the cards, each with its compute capability and memory
 * @param hidden whether the user hides all GPUs by {@code CUDA_VISIBLE_DEVICES}
 * @param problems the obstacles between PyTorch and a GPU, each a clause with its remedy
 * @since 0.1
 */
public record GpuDiagnosis(
    Optional<String> driver,
    Optional<String> cuda,
    List<String> cards,
    boolean hidden,
    List<String> problems) {

  private static final Pattern CUDA = Pattern.compile("CUDA Version: *([0-9.]+)");
  private static final Pattern DRIVER = Pattern.compile("Driver Version: *([0-9.]+)");
  private static final Pattern BUILT_FOR =
      Pattern.compile("^cuda\\b[^=]*= *'([0-9.]+)'", Pattern.MULTILINE);
  private static final Pattern FLAVOUR = Pattern.compile("cu([0-9]+)([0-9])");
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String VISIBLE = "CUDA_VISIBLE_DEVICES";
  private static final String ROAD =
      "take those for CUDA: the Maven profile cuda, or PYTORCH_LIBRARY_PATH with PYTORCH_VERSION"
          + " and PYTORCH_FLAVOR";

  /** Copies the lists. */
  public GpuDiagnosis {
    cards = List.copyOf(cards);
    problems = List.copyOf(problems);
  }

  /** The diagnosis of this machine; empty where there is no driver of NVIDIA. */
  public static Optional<GpuDiagnosis> ofThisMachine() {
    return of(thisMachine());
  }

  /**
   * The notice for a processor that computes although there is a driver of NVIDIA; empty where
   * there is none, or the user hides the GPUs.
   *
   * @param usesGpu whether PyTorch sees a GPU; asked if there is a driver
   */
  public static Optional<String> unused(BooleanSupplier usesGpu) {
    Machine machine = thisMachine();
    return machine.hasDriver() && !usesGpu.getAsBoolean()
        ? of(machine).flatMap(GpuDiagnosis::unused)
        : Optional.empty();
  }

  /** Whether this machine has a driver of NVIDIA. */
  static boolean hasDriver() {
    return thisMachine().hasDriver();
  }

  private static Machine thisMachine() {
    return new Machine(
        Path.of("/"),
        System::getenv,
        System.getProperty("jna.library.path", ""),
        flavourOnClassPath(),
        GpuDiagnosis::output);
  }

  /**
   * A machine as far as it matters here.
   *
   * @param root the root of its files
   * @param environment the values of variables, null for none
   * @param javaPath the folders in which Java looks for native libraries first
   * @param flavour that of PyTorch's library on the class path, such as cpu or cu128
   * @param output runs a command and returns what it prints; empty if it does not run
   */
  record Machine(
      Path root,
      UnaryOperator<String> environment,
      String javaPath,
      String flavour,
      Function<List<String>, Optional<String>> output) {

    Optional<String> variable(String name) {
      return Optional.ofNullable(environment.apply(name)).filter(value -> !value.isBlank());
    }

    Stream<Path> folders(String list) {
      return Stream.of(list.split(File.pathSeparator, -1)).filter(f -> !f.isBlank()).map(Path::of);
    }

    /** Whether there is a driver, which costs no process to find out. */
    boolean hasDriver() {
      return Files.exists(root.resolve("proc/driver/nvidia/version"))
          || variable("PATH").stream()
              .flatMap(this::folders)
              .anyMatch(
                  folder ->
                      Files.isExecutable(folder.resolve("nvidia-smi"))
                          || Files.isExecutable(folder.resolve("nvidia-smi.exe")));
    }

    /** The folder of PyTorch's own library where the user names one. */
    Optional<Path> library() {
      return variable("PYTORCH_LIBRARY_PATH").map(Path::of);
    }

    /** The folders with CUDA's runtime, among Java's search path or the usual ones. */
    List<Path> runtimes(boolean searched) {
      Stream<Path> system =
          Stream.of("usr/lib/x86_64-linux-gnu", "usr/lib/aarch64-linux-gnu", "usr/lib64")
              .map(root::resolve);
      Stream<Path> usual =
          Stream.of(
                  variable("LD_LIBRARY_PATH").stream().flatMap(this::folders),
                  library().stream(),
                  library().stream().flatMap(Machine::besideOfPip),
                  Stream.of(root.resolve("usr/local/cuda/lib64")))
              .flatMap(folders -> folders);
      return (searched ? Stream.concat(folders(javaPath), system) : usual)
          .filter(Machine::hasRuntime)
          .toList();
    }

    /** The folders of NVIDIA's wheels, which pip lays beside that of PyTorch. */
    private static Stream<Path> besideOfPip(Path library) {
      Path packages = library.toAbsolutePath().normalize().resolve("../../nvidia").normalize();
      return list(packages).map(folder -> folder.resolve("lib"));
    }

    private static boolean hasRuntime(Path folder) {
      return list(folder)
          .map(file -> file.getFileName().toString())
          .anyMatch(name -> name.startsWith("libcudart.so") || name.startsWith("cudart64"));
    }
  }

  /** The folder of CUDA's runtime beside a library of PyTorch, as pip lays it. */
  static Optional<Path> runtimeBeside(Path library) {
    return Stream.concat(Stream.of(library), Machine.besideOfPip(library))
        .filter(Machine::hasRuntime)
        .findFirst();
  }

  /** The diagnosis of a machine; empty where there is no driver of NVIDIA. */
  static Optional<GpuDiagnosis> of(Machine machine) {
    if (!machine.hasDriver()) {
      return Optional.empty();
    }
    String told = machine.output().apply(List.of("nvidia-smi")).orElse("").strip();
    Optional<String> driver = first(DRIVER, told);
    Optional<String> cuda = first(CUDA, told);
    List<Card> cards = driver.isPresent() ? cards(machine) : List.of();
    List<String> problems = new ArrayList<>();
    Optional<String> hiding = machine.variable(VISIBLE).filter(shown -> shown.startsWith("-1"));
    hiding.ifPresent(shown -> problems.add(VISIBLE + "=" + shown + " hides all GPUs"));
    if (driver.isEmpty()) {
      problems.add(
          told.isEmpty()
              ? "the driver is there, but nvidia-smi does not run"
              : "nvidia-smi says: " + told.lines().findFirst().orElseThrow());
    } else if (cards.isEmpty()) {
      problems.add("the driver is there, but nvidia-smi lists no GPU");
    }
    addLibrary(machine, cuda, cards, problems);
    return Optional.of(
        new GpuDiagnosis(
            driver, cuda, cards.stream().map(Card::words).toList(), hiding.isPresent(), problems));
  }

  private static void addLibrary(
      Machine machine, Optional<String> served, List<Card> cards, List<String> problems) {
    Optional<Path> folder = machine.library();
    String flavour = machine.variable("PYTORCH_FLAVOR").orElse(machine.flavour());
    if (folder.isPresent() && !hasCuda(folder.get())) {
      problems.add(
          "PyTorch's library in %s is for processors alone (there is no libtorch_cuda); name a folder that has one"
              .formatted(folder.get()));
      return;
    }
    if (flavour.startsWith("cpu")) {
      problems.add(
          folder
              .map(
                  named ->
                      "the library in %s was chosen without CUDA; repeat `flexora torch use` on this machine, or set PYTORCH_FLAVOR to that of its JNI library, such as cu128"
                          .formatted(named))
              .orElse("PyTorch's library here is for processors alone; " + ROAD));
      return;
    }
    Optional<String> ofFlavour = ofFlavour(flavour);
    Optional<String> built = folder.flatMap(GpuDiagnosis::ofPip).or(() -> ofFlavour);
    if (built.isPresent()
        && ofFlavour.isPresent()
        && major(built.get()) != major(ofFlavour.get())) {
      problems.add(
          "PYTORCH_FLAVOR is %s, but PyTorch's library was built for CUDA %s"
              .formatted(flavour, built.get()));
    }
    if (built.isPresent() && served.isPresent() && major(served.get()) < major(built.get())) {
      problems.add(
          "the driver serves CUDA up to %s, but PyTorch's library was built for %s; update the driver, or take a PyTorch for an older CUDA"
              .formatted(served.get(), built.get()));
    }
    addRuntime(machine, problems);
    cards.stream()
        .filter(card -> card.capability() < 7)
        .map(Card::words)
        .map(card -> "today's libraries for CUDA have no code for a card as old as " + card)
        .forEach(problems::add);
  }

  private static void addRuntime(Machine machine, List<String> problems) {
    if (machine.runtimes(true).isEmpty()) {
      List<Path> elsewhere = machine.runtimes(false);
      problems.add(
          elsewhere.isEmpty()
              ? "libcudart, CUDA's runtime, was not found; install it, and write its folder as"
                  + " FLEXORA_JAVA_OPTS=-Djna.library.path=FOLDER"
              : "libcudart, CUDA's runtime, lies where Java does not look; write"
                  + " FLEXORA_JAVA_OPTS=-Djna.library.path="
                  + elsewhere.get(0));
    }
  }

  /** A card as nvidia-smi lists it. */
  private record Card(String name, long mebibytes, long free, double capability) {

    static Optional<Card> of(String line) {
      String[] parts = line.split(" *, *", -1);
      try {
        return parts.length < 4
            ? Optional.empty()
            : Optional.of(
                new Card(
                    parts[0].strip(),
                    Long.parseLong(parts[1]),
                    Long.parseLong(parts[2]),
                    Double.parseDouble(parts[3].strip())));
      } catch (NumberFormatException e) {
        return Optional.empty();
      }
    }

    String words() {
      return "%s (compute capability %s, %d of %d MiB free)"
          .formatted(name, capability, free, mebibytes);
    }
  }

  private static List<Card> cards(Machine machine) {
    List<String> query =
        List.of(
            "nvidia-smi",
            "--query-gpu=name,memory.total,memory.free,compute_cap",
            "--format=csv,noheader,nounits");
    return machine.output().apply(query).stream()
        .flatMap(String::lines)
        .flatMap(line -> Card.of(line).stream())
        .toList();
  }

  /** The driver, CUDA and cards in words. */
  public String words() {
    return "driver %s of NVIDIA for CUDA up to %s, %s"
        .formatted(
            driver.orElse("of an unknown version"),
            cuda.orElse("an unknown version"),
            cards.isEmpty() ? "no card" : String.join(", ", cards));
  }

  /** The notice that {@code device: auto} means the processor; empty if the user hides GPUs. */
  Optional<String> unused() {
    return hidden
        ? Optional.empty()
        : problems.stream()
            .findFirst()
            .map(
                problem ->
                    "device: auto means the processor here, although there is a driver of NVIDIA: %s. `flexora doctor` tells more; device: cpu asks for no GPU."
                        .formatted(problem));
  }

  private static boolean hasCuda(Path folder) {
    return list(folder)
        .map(file -> file.getFileName().toString())
        .anyMatch(name -> name.startsWith("libtorch_cuda.") || name.startsWith("torch_cuda."));
  }

  /** The CUDA of a PyTorch that pip installed, in the file beside its folder of libraries. */
  private static Optional<String> ofPip(Path library) {
    try {
      return first(BUILT_FOR, RegularFile.text(library.resolve("../version.py")));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The CUDA of a flavour such as cu128; empty for processors. */
  static Optional<String> ofFlavour(String flavour) {
    Matcher matcher = FLAVOUR.matcher(flavour);
    return matcher.find()
        ? Optional.of(matcher.group(1) + "." + matcher.group(2))
        : Optional.empty();
  }

  private static int major(String version) {
    return Integer.parseInt(version.replaceFirst("\\..*", ""));
  }

  private static Optional<String> first(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  private static Stream<Path> list(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList().stream();
    } catch (IOException e) {
      return Stream.empty();
    }
  }

  /** The flavour of PyTorch's library on the class path. */
  static String flavourOnClassPath() {
    return property(GpuDiagnosis.class.getClassLoader(), "native/lib/pytorch.properties", "flavor")
        .orElse("cpu");
  }

  /** A property of a file in a jar; empty if there is no such file or property. */
  static Optional<String> property(ClassLoader jars, String file, String key) {
    try (InputStream in = jars.getResourceAsStream(file)) {
      Properties properties = new Properties();
      if (in != null) {
        properties.load(in);
      }
      return Optional.ofNullable(properties.getProperty(key));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The output of a command; empty if it does not run or takes too long. */
  static Optional<String> output(List<String> command) {
    try {
      return ProgramOutput.of(new ProcessBuilder(command).redirectErrorStream(true), "", LIMIT)
          .map(ProgramOutput::output);
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
