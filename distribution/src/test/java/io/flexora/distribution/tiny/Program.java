package io.flexora.distribution.tiny;

import io.flexora.host.FlexoraHost;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The {@code flexora} command of the built distribution in a process of its own, to be watched and
 * killed.
 */
public final class Program implements AutoCloseable {

  /** The built distribution. */
  public static final Path HOME =
      Path.of(System.getProperty("flexora.distribution")).toAbsolutePath().normalize();

  /** More on a machine that has other work: -Dflexora.test.seconds=N. */
  private static final long SECONDS = Long.getLong("flexora.test.seconds", 600);

  // Threads that wait for each other cost tiny tensors more than they save.
  private static final Map<String, String> ONE_THREAD = Map.of("OMP_NUM_THREADS", "1");

  /**
   * What a command tells Java unless it is told otherwise: a run of milliseconds a step ends before
   * the optimising compiler has paid for itself.
   */
  public static final String JAVA_OPTIONS = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx512m";

  private static final List<String> HEARS_CTRL_C = hearsCtrlC();

  private final Process process;
  private final Path errors;

  private Program(Process process, Path errors) {
    this.process = process;
    this.errors = errors;
  }

  /**
   * What a command did.
   *
   * @param code its exit code
   * @param out its standard output
   * @param err its standard error
   */
  public record Outcome(int code, String out, String err) {}

  /** Where GNU's env is not there, the command inherits what the build does on Ctrl-C. */
  private static List<String> hearsCtrlC() {
    try {
      List<String> prefix = List.of("env", "--default-signal=INT");
      List<String> probe = new ArrayList<>(prefix);
      probe.add("true");
      return new ProcessBuilder(probe).start().waitFor() == 0 ? prefix : List.of();
    } catch (IOException | InterruptedException e) {
      return List.of();
    }
  }

  /** Starts a host of the built distribution in this process, with its cache in a folder. */
  public static FlexoraHost host(Path folder) {
    return FlexoraHost.builder().home(HOME).cache(folder.resolve("cache")).start();
  }

  /** Starts a command in a folder. */
  public static Program start(Path folder, String... arguments) throws IOException {
    return start(folder, Map.of(), List.of(arguments));
  }

  /** Starts a command in a folder, with further variables in its environment. */
  public static Program start(Path folder, Map<String, String> variables, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>(HEARS_CTRL_C);
    command.add(HOME.resolve("bin/flexora").toString());
    command.addAll(arguments);
    Path errors = Files.createTempFile("flexora", ".err");
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectError(errors.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("FLEXORA_"));
    builder.environment().put("FLEXORA_JAVA_OPTS", JAVA_OPTIONS);
    builder.environment().putAll(ONE_THREAD);
    builder.environment().putAll(variables);
    return new Program(builder.start(), errors);
  }

  /** Runs a command to its end. */
  public static Outcome run(Path folder, String... arguments)
      throws IOException, InterruptedException {
    try (Program program = start(folder, arguments)) {
      return program.outcome();
    }
  }

  /** Waits for the end. */
  public Outcome outcome() throws IOException, InterruptedException {
    StringBuilder out = new StringBuilder();
    int code = watch(line -> out.append(line).append('\n'));
    return new Outcome(code, out.toString(), errors());
  }

  /**
   * Hands over each line of the standard output as it comes, until the process ends.
   *
   * @return the exit code
   */
  public int watch(Consumer<String> lines) throws IOException, InterruptedException {
    CompletableFuture<Process> ended = process.onExit().orTimeout(SECONDS, TimeUnit.SECONDS);
    var unused = ended.whenComplete((over, late) -> process.destroyForcibly());
    try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
      reader.lines().forEach(lines);
    } catch (UncheckedIOException e) {
      // A killed process may leave half a character.
    }
    int code = process.waitFor();
    if (ended.isCompletedExceptionally()) {
      throw new AssertionError("the process did not end within " + SECONDS + " s: " + errors());
    }
    return code;
  }

  /** What was written to the standard error so far. */
  public String errors() throws IOException {
    return Files.readString(errors);
  }

  /** The number of the process. */
  public long pid() {
    return process.pid();
  }

  /** Whether the process has not ended. */
  public boolean alive() {
    return process.isAlive();
  }

  /** Ends the process as {@code kill -9} does. */
  public void kill() {
    process.destroyForcibly();
  }

  /** Sends a signal, such as {@code INT} for Ctrl-C. */
  public void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, String.valueOf(pid())).inheritIO().start().waitFor();
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    Files.deleteIfExists(errors);
  }
}
