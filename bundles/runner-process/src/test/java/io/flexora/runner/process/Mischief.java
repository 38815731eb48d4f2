package io.flexora.runner.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program in the place of a cell's: it does what its first word says, in a folder. */
final class Mischief {

  static final String DONE = "done";
  static final String STARTED = "started";
  private static final long HANG_SECONDS = 60;
  private static final int CHUNK = 1 << 20;

  private Mischief() {}

  public static void main(String[] words) throws Exception {
    Path folder = Path.of(words[1]);
    switch (words[0]) {
      case "deaf" -> atTheEnd(Mischief::hang);
      case "polite" -> atTheEnd(() -> write(folder.resolve("checkpoint")));
      default -> {
        // It ends without further ado.
      }
    }
    Files.writeString(folder.resolve(STARTED), System.getenv().getOrDefault(Share.THREADS, ""));
    switch (words[0]) {
      case "end" -> Files.writeString(folder.resolve(DONE), "");
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
      case "heap" -> fill();
      case "hang", "deaf", "polite" -> hang();
      default -> throw new IllegalArgumentException(words[0]);
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
