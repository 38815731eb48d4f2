package io.flexora.web;

import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.DurableFolder;
import io.flexora.files.durable.RegularFile;
import io.flexora.files.durable.WriteFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Starts commands of Flexora as a user would in the terminal, each in a process of its own: what
 * fails or runs out of memory there does not end the page, and what is started outlives it.
 */
final class Commands {

  private static final String PREFIX = "flexora-ui-";
  private static final Pattern OF_PROCESS = Pattern.compile(PREFIX + "(\\d{1,10})-.*");
  private static final int MOST_RUNNING = 8;
  private static final int MOST_KEPT = 24;
  private static final Duration QUICK = Duration.ofMinutes(2);

  private final Function<List<String>, List<String>> line;
  private final Duration quick;
  private final Map<Integer, StartedCommand> started = new LinkedHashMap<>();
  private Optional<Path> folder = Optional.empty();
  private int last;

  /**
   * Prepares.
   *
   * @param line the command line of a process for the arguments of the flexora command
   */
  Commands(Function<List<String>, List<String>> line) {
    this(line, QUICK);
  }

  /**
   * Prepares.
   *
   * @param quick how long a command may take that ends soon
   */
  Commands(Function<List<String>, List<String>> line, Duration quick) {
    this.line = line;
    this.quick = quick;
  }

  /**
   * Starts a command.
   *
   * @param title what it does
   * @param arguments its arguments
   * @throws FlexoraException if it cannot be started, or too many run
   */
  synchronized StartedCommand start(String title, List<String> arguments) {
    long running = started.values().stream().filter(one -> one.process().isAlive()).count();
    if (running >= MOST_RUNNING) {
      throw new FlexoraException(
          "%d commands run already; wait until one has ended, or stop it".formatted(running));
    }
    int id = ++last;
    Path output = folder().resolve("output-" + id + ".txt");
    try {
      Process process =
          new ProcessBuilder(line.apply(arguments))
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      process.getOutputStream().close();
      StartedCommand command = new StartedCommand(id, title, process, output);
      started.put(id, command);
      forget();
      return command;
    } catch (IOException e) {
      throw new FlexoraException("flexora cannot be started: " + e.getMessage(), e);
    }
  }

  /**
   * Runs a command that ends soon, and gives what it writes to standard output.
   *
   * @throws FlexoraException if it fails, with what it says, or does not end soon
   */
  String output(List<String> arguments) {
    // To a file: whoever reads a pipe to its end waits for ever where that does not come.
    Path output = file("output.txt", "");
    Path errors = output.resolveSibling("errors.txt");
    try {
      Process process =
          new ProcessBuilder(line.apply(arguments))
              .redirectOutput(output.toFile())
              .redirectError(errors.toFile())
              .start();
      try {
        process.getOutputStream().close();
        if (!process.waitFor(quick.toMillis(), TimeUnit.MILLISECONDS)) {
          throw new FlexoraException(
              "flexora %s has not ended after %d seconds; try it in a terminal"
                  .formatted(String.join(" ", arguments), quick.toSeconds()));
        }
      } finally {
        process.destroyForcibly();
      }
      if (process.exitValue() != 0) {
        throw new FlexoraException(RegularFile.text(errors).strip());
      }
      return new String(RegularFile.bytes(output), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new FlexoraException("flexora cannot be started: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FlexoraException("the page is being closed", e);
    }
  }

  /** Prepares a process for a command whose output is taken as it comes. */
  ProcessBuilder builder(List<String> arguments) {
    return new ProcessBuilder(line.apply(arguments));
  }

  /** Writes a file that a command is to read. */
  synchronized Path file(String name, String text) {
    Path file = folder().resolve("file-" + ++last).resolve(name);
    try {
      Files.createDirectories(file.getParent());
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw WriteFailure.explain(file, e);
    }
  }

  private Path folder() {
    if (folder.isEmpty()) {
      try {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        removeOthers(temporary);
        folder = Optional.of(Files.createTempDirectory(temporary, PREFIX + pid() + "-"));
      } catch (IOException e) {
        throw new FlexoraException("there is no place for files: " + e.getMessage(), e);
      }
    }
    return folder.get();
  }

  private static long pid() {
    return ProcessHandle.current().pid();
  }

  /** Removes the folders of pages of this user that have ended, or were killed. */
  static void removeOthers(Path temporary) throws IOException {
    try (DirectoryStream<Path> all = Files.newDirectoryStream(temporary, PREFIX + "*")) {
      for (Path other : all) {
        if (isLeft(other)) {
          remove(other);
        }
      }
    }
  }

  private static boolean isLeft(Path other) {
    Matcher matcher = OF_PROCESS.matcher(other.getFileName().toString());
    return matcher.matches()
        && Files.isDirectory(other, LinkOption.NOFOLLOW_LINKS)
        && ProcessHandle.of(Long.parseLong(matcher.group(1))).isEmpty();
  }

  private static void remove(Path folder) {
    try {
      DurableFolder.delete(folder);
    } catch (IOException e) {
      // It stays: it is another user's, or another page removes it at this moment.
      return;
    }
  }

  /** Removes the files of the page, unless what was started may still read them. */
  synchronized void close() {
    if (started.values().stream().noneMatch(one -> one.process().isAlive())) {
      folder.ifPresent(Commands::remove);
      folder = Optional.empty();
    }
  }

  private void forget() {
    List<StartedCommand> ended =
        started.values().stream().filter(one -> !one.process().isAlive()).toList();
    for (int i = 0; i < Math.min(ended.size(), started.size() - MOST_KEPT); i++) {
      started.remove(ended.get(i).id());
    }
  }

  /** A command that was started here. */
  synchronized Optional<StartedCommand> find(int id) {
    return Optional.ofNullable(started.get(id));
  }

  /** What was started here, the latest first. */
  synchronized List<Map<String, Object>> json() {
    List<Map<String, Object>> json = new ArrayList<>();
    started.values().forEach(command -> json.add(0, command.json()));
    return json;
  }
}
