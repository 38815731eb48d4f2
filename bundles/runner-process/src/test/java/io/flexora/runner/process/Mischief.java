package io.flexora.runner.process;

import io.flexora.api.run.CellExecution;
import io.flexora.files.machine.ProcessEnd;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program in the place of that of cells: it does what the folder of each is called. */
final class Mischief {

  static final String DONE = "done";
  static final String STARTED = "started";
  static final String PROCESS = "process";
  private static final long HANG_SECONDS = 600;
  private static final int CHUNK = 1 << 20;

  private Mischief() {}

  public static void main(String[] words) throws Exception {
    BufferedReader folders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = folders.readLine(); line != null; line = folders.readLine()) {
      Path folder = Path.of(line);
      run(folder.getFileName().toString().replaceFirst("-.*", ""), folder);
      System.out.println(CellExecution.ENDED);
    }
  }

  private static void run(String what, Path folder) throws Exception {
    switch (what) {
      case "deaf" -> atTheEnd(Mischief::hang);
      case "polite" -> atTheEnd(() -> write(folder.resolve("checkpoint")));
      default -> {
        // It ends without further ado.
      }
    }
    Files.writeString(
        folder.resolve(STARTED), System.getenv().getOrDefault(ResourceShare.THREADS, ""));
    Files.writeString(folder.resolve(PROCESS), String.valueOf(ProcessHandle.current().pid()));
    switch (what) {
      case "end" -> Files.writeString(folder.resolve(DONE), "");
      case "talk" -> {
        System.out.println("said in " + folder.getFileName());
        System.err.print("begun in " + folder.getFileName());
      }
      case "abort" -> kill("ABRT");
      case "killed" -> kill("KILL");
      case "exit" -> {
        System.out.println("one more line than the last");
        System.exit(7);
      }
      case "report" -> {
        System.err.println("error: selector 'mine' chose layer 9 of a model with layers 0 to 3");
        System.exit(1);
      }
      case "full" -> {
        System.err.println("error: cannot write x: the disk is full; free some space");
        System.exit(ProcessEnd.DISK_FULL);
      }
      case "mute" -> System.exit(ProcessEnd.DISK_FULL);
      case "heap" -> fill();
      case "hang", "deaf", "polite" -> hang();
      default -> throw new IllegalArgumentException(what);
    }
  }

  private static void atTheEnd(Runnable work) {
    Runtime.getRuntime().addShutdownHook(new Thread(work));
  }

  private static void kill(String signal) throws IOException, InterruptedException {
    System.out.println("about to get " + signal);
    new ProcessBuilder("kill", "-" + signal, String.valueOf(ProcessHandle.current().pid()))
        .start()
        .waitFor();
    hang();
  }

  private static void fill() {
    List<byte[]> all = new ArrayList<>();
    while (all.size() < Integer.MAX_VALUE) {
      all.add(new byte[CHUNK]);
    }
  }

  private static void write(Path file) {
    try {
      Files.writeString(file, "");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void hang() {
    try {
      TimeUnit.SECONDS.sleep(HANG_SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
