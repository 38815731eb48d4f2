package io.flexora.experiment.engine;

import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.DurableFile;
import io.flexora.files.durable.DurableFolder;
import io.flexora.files.durable.RegularFile;
import io.flexora.files.machine.ProgramOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * The user's choice of a PyTorch: a file of lines {@code name=value}, which the launcher reads and
 * passes on as DJL's variables.
 *
 * @param file the file, which need not exist
 * @since 0.1
 */
public record TorchChoice(Path file) {

  /** The variable in which the launcher names the file that it has read. */
  private static final String READ = "FLEXORA_TORCH";

  private static final String LIBRARY = "PYTORCH_LIBRARY_PATH";
  private static final String VERSION = "PYTORCH_VERSION";
  private static final String FLAVOUR = "PYTORCH_FLAVOR";
  private static final List<String> VARIABLES = List.of(LIBRARY, VERSION, FLAVOUR);
  private static final Duration LIMIT = Duration.ofMinutes(3);

  /** The choice of this user. */
  public static TorchChoice ofUser() {
    return ofUser(System::getenv);
  }

  static TorchChoice ofUser(UnaryOperator<String> environment) {
    String configuration = environment.apply("XDG_CONFIG_HOME");
    String home = environment.apply("HOME");
    Path folder =
        configuration != null && !configuration.isEmpty()
            ? Path.of(configuration)
            : Path.of(home == null ? System.getProperty("user.home") : home, ".config");
    return new TorchChoice(folder.resolve("flexora/torch"));
  }

  /**
   * The description of the library of this process, in the order in which it is shown.
   *
   * @throws FlexoraException if PyTorch does not start
   */
  public static Map<String, String> inUse() {
    TorchLibrary library = TorchLibrary.ofThisProcess();
    Optional<JniLibrary> jni = JniLibrary.of(library);
    Map<String, String> members = new LinkedHashMap<>();
    members.put("version", library.version());
    members.put("flavour", jni.map(JniLibrary::flavour).orElseGet(library::flavour));
    members.put("abi", library.newAbi() ? "C++11" : "before C++11");
    members.put("folder", library.folder().toString());
    members.put("native_library", jni.map(JniLibrary::place).orElse("unknown"));
    members.put("reason", reason());
    return members;
  }

  /** The reason why this process uses its PyTorch. */
  public static String reason() {
    return reason(System::getenv);
  }

  static String reason(UnaryOperator<String> environment) {
    if (environment.apply(READ) != null) {
      return "chosen by `flexora torch use` (%s)".formatted(environment.apply(READ));
    }
    return overriding(environment)
        .map(name -> name + " is set, which overrides `flexora torch use`")
        .orElse("the default of this installation");
  }

  /** The variable of the user's environment that overrides the choice. */
  public static Optional<String> overriding() {
    return overriding(System::getenv);
  }

  private static Optional<String> overriding(UnaryOperator<String> environment) {
    return environment.apply(READ) == null
        ? VARIABLES.stream().filter(name -> environment.apply(name) != null).findFirst()
        : Optional.empty();
  }

  /** A self-test of a PyTorch in a process of its own. */
  @FunctionalInterface
  interface SelfTest {
    /**
     * Runs the test.
     *
     * @return {@link TorchSelfTest#PASSED} or the problem
     */
    String run(Map<String, String> environment, Optional<Path> runtime);
  }

  /**
   * Tests a library and chooses it if it passes. Where DJL has no native library for it, one is
   * built. Without a driver of NVIDIA, a build for CUDA is used like one for processors.
   *
   * @param sources a folder or a zip of DJL's repository for a build; empty to download it
   * @param progress the messages for the user
   * @return the library as it is used
   * @throws FlexoraException if there is no native library for it and none can be built, or the
   *     test fails; then the choice stays as it was
   */
  public TorchLibrary use(TorchLibrary found, Optional<Path> sources, Consumer<String> progress) {
    TorchLibrary library = GpuDiagnosis.hasDriver() ? found : found.withoutCuda();
    Optional<JniLibrary> jni = JniLibrary.of(library);
    if (jni.isEmpty()) {
      Path target = JniLibrary.cached(library, JniLibrary.cache());
      JniBuild.onThisMachine(library, target).run(sources, progress);
    }
    use(library, jni.or(() -> JniLibrary.of(library)).orElseThrow(), TorchChoice::inProcess);
    return library;
  }

  void use(TorchLibrary library, JniLibrary jni, SelfTest test) {
    Optional<Path> runtime = library.runtime();
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put(LIBRARY, library.folder().toString());
    variables.put(VERSION, library.version());
    variables.put(FLAVOUR, jni.flavour());
    String told = test.run(variables, runtime);
    if (!told.equals(TorchSelfTest.PASSED)) {
      throw new FlexoraException(
          "PyTorch %s (%s) in %s failed its self-test with DJL's native library (%s), so nothing was chosen: %s"
              .formatted(library.version(), jni.flavour(), library.folder(), jni.place(), told));
    }
    runtime.ifPresent(folder -> variables.put("runtime", folder.toString()));
    if (variables.values().stream().anyMatch(value -> value.lines().count() != 1)) {
      throw new FlexoraException("the path of " + library.folder() + " has a line break");
    }
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
    } catch (IOException e) {
      throw new FlexoraException(file + " cannot be written: its folder cannot be made", e);
    }
    DurableFile.write(
        file,
        variables.entrySet().stream()
            .map(entry -> entry.getKey() + "=" + entry.getValue() + "\n")
            .collect(Collectors.joining()));
  }

  /** Returns to the PyTorch of the installation. */
  public void forget() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new FlexoraException(file + " cannot be deleted", e);
    }
  }

  private static String inProcess(Map<String, String> environment, Optional<Path> runtime) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xlog:disable");
    runtime.ifPresent(folder -> command.add("-Djna.library.path=" + folder));
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), TorchSelfTest.class.getName()));
    try {
      Path folder = Files.createTempDirectory("flexora");
      try {
        Path outcome = folder.resolve("outcome");
        command.add(outcome.toString());
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        Optional<ProgramOutput> ended = ProgramOutput.of(builder, "", LIMIT);
        return Files.exists(outcome)
            ? RegularFile.text(outcome)
            : ended
                .map(program -> "it ended with code " + program.code())
                .orElse("no answer within %d s".formatted(LIMIT.toSeconds()));
      } finally {
        DurableFolder.delete(folder);
      }
    } catch (IOException e) {
      throw new FlexoraException("the self-test of PyTorch did not start: " + e.getMessage(), e);
    }
  }
}
