package io.flexora.experiment.setup;

import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.DurableFile;
import io.flexora.files.durable.DurableFolder;
import io.flexora.files.durable.RegularFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
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
  private static final int LONGEST_TEST = 180;

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

  /** The reason why this process uses its PyTorch. */
  public static String reason() {
    return reason(System::getenv);
  }

  static String reason(UnaryOperator<String> environment) {
    if (environment.apply(READ) != null) {
      return "chosen by `flexora torch use` (%s)".formatted(environment.apply(READ));
    }
    return environment.apply(LIBRARY) == null
        ? "the default of this installation"
        : LIBRARY + " is set, which overrides `flexora torch use`";
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
   * Tests a library and chooses it if it passes.
   *
   * @return DJL's native library for it
   * @throws FlexoraException if there is no native library for it, or the test fails; then the
   *     choice stays as it was
   */
  public TorchLibrary.Door use(TorchLibrary library) {
    TorchLibrary.Door door = library.door().orElseThrow(library::withoutDoor);
    use(library, door, TorchChoice::inProcess);
    return door;
  }

  void use(TorchLibrary library, TorchLibrary.Door door, SelfTest test) {
    Optional<Path> runtime = library.runtime();
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put(LIBRARY, library.folder().toString());
    variables.put("PYTORCH_VERSION", library.version());
    variables.put("PYTORCH_FLAVOR", door.flavour());
    String told = test.run(variables, runtime);
    if (!told.equals(TorchSelfTest.PASSED)) {
      throw new FlexoraException(
          "PyTorch %s (%s) in %s failed its self-test, so nothing was chosen: %s%s"
              .formatted(
                  library.version(),
                  door.flavour(),
                  library.folder(),
                  told,
                  told.contains("libcuda.so")
                      ? ". A build for CUDA needs NVIDIA's driver; take a build for processors here"
                      : ""));
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

  /** Returns to the PyTorch of the installation; whether another one was chosen before. */
  public boolean forget() {
    try {
      return Files.deleteIfExists(file);
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
        ProcessBuilder builder =
            new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().putAll(environment);
        String end = end(builder.start());
        return Files.exists(outcome) ? RegularFile.text(outcome) : end;
      } finally {
        DurableFolder.delete(folder);
      }
    } catch (IOException e) {
      throw new FlexoraException("the self-test of PyTorch did not start: " + e.getMessage(), e);
    }
  }

  private static String end(Process process) {
    try {
      return process.waitFor(LONGEST_TEST, TimeUnit.SECONDS)
          ? "it ended with code " + process.exitValue()
          : "no answer within %d s".formatted(LONGEST_TEST);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "interrupted";
    } finally {
      process.destroyForcibly();
    }
  }
}
