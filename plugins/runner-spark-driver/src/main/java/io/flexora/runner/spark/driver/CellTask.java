package io.flexora.runner.spark.driver;

import java.io.IOException;
import java.io.Serializable;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.Function;

/**
 * Runs the process of a cell where Spark sends it, and gives back its exit {@code code}, with the
 * {@code cause} if it could not begin: a cell that fails is no failure of the task.
 */
final class CellTask implements Function<Integer, Map<String, Object>>, Serializable {

  private static final long serialVersionUID = 1L;
  private static final String BEGUN = "begun";
  private static final int COULD_NOT_BEGIN = 2;
  private static final long LOOK_MILLIS = 100;
  private static final long GRACE_SECONDS = 30;

  private final String java;
  private final ArrayList<String> words;
  private final HashMap<String, String> environment;
  private final String workingFolder;
  private final String folder;
  private final String log;

  /**
   * Describes a process.
   *
   * @param java Java's launcher there; empty for that of the executor
   * @param words the command line behind it, but for the parent
   * @param folder the folder of the attempt
   */
  CellTask(
      String java,
      List<String> words,
      Map<String, String> environment,
      String workingFolder,
      String folder,
      String log) {
    this.java = java;
    this.words = new ArrayList<>(words);
    this.environment = new HashMap<>(environment);
    this.workingFolder = workingFolder;
    this.folder = folder;
    this.log = log;
  }

  @Override
  public Map<String, Object> call(Integer ignored) throws IOException, InterruptedException {
    Optional<String> obstacle = obstacle();
    if (obstacle.isPresent()) {
      return couldNotBegin(obstacle.get());
    }
    requireFirst();
    Process process;
    try {
      process = start();
    } catch (IOException e) {
      return couldNotBegin(
          "its process cannot be started on %s: %s (the runner's option java names Java's launcher there)"
              .formatted(machine(), e.getMessage()));
    }
    return new HashMap<>(Map.of("code", exitCode(process)));
  }

  private static Map<String, Object> couldNotBegin(String cause) {
    return new HashMap<>(Map.of("code", COULD_NOT_BEGIN, "cause", cause));
  }

  /** What is wrong with the folders on this machine. */
  private Optional<String> obstacle() {
    for (String shared : List.of(workingFolder, folder)) {
      if (!Files.isDirectory(Path.of(shared))) {
        return Optional.of(
            "the folder %s is not there on %s; do all machines share it?"
                .formatted(shared, machine()));
      }
    }
    return Files.isWritable(Path.of(folder))
        ? Optional.empty()
        : Optional.of(
            "the folder %s cannot be written on %s, where Spark runs as '%s'"
                .formatted(folder, machine(), System.getProperty("user.name")));
  }

  private static String machine() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "a machine without a name";
    }
  }

  private static int exitCode(Process process) throws IOException, InterruptedException {
    process.getOutputStream().close();
    TaskContext context = TaskContext.get();
    try {
      while (!process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        if (context.isInterrupted()) {
          end(process);
        }
      }
    } catch (InterruptedException e) {
      end(process);
      throw e;
    }
    return process.exitValue();
  }

  /** Spark begins a task anew that it has lost; a folder is for one attempt alone. */
  private void requireFirst() throws IOException {
    try {
      Files.createFile(Path.of(folder, BEGUN));
    } catch (FileAlreadyExistsException e) {
      throw new IOException("the attempt in " + folder + " was begun before, and lost", e);
    }
  }

  private Process start() throws IOException {
    List<String> command = new ArrayList<>();
    command.add(
        java.isEmpty() ? Path.of(System.getProperty("java.home"), "bin", "java").toString() : java);
    command.addAll(words);
    // Of this machine: the cell ends with the executor.
    command.add("--parent");
    command.add(String.valueOf(ProcessHandle.current().pid()));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(Path.of(workingFolder).toFile())
            .redirectErrorStream(true)
            .redirectOutput(Path.of(log).toFile());
    builder.environment().putAll(environment);
    return builder.start();
  }

  /** Asks it to end, and ends it and what it has started where it does not. */
  private static void end(Process process) {
    List<ProcessHandle> family = process.descendants().toList();
    process.destroy();
    boolean ended = false;
    try {
      ended = process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!ended) {
      process.destroyForcibly();
      family.forEach(ProcessHandle::destroyForcibly);
      process.onExit().join();
    }
  }
}
