package io.flexora.runstore;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Begins to report a comparison, says so, and makes a file when its input ends. */
final class ReportingProcess {

  static final String WRITTEN = "written";

  private ReportingProcess() {}

  public static void main(String[] arguments) {
    Path folder = Path.of(arguments[0]);
    Path written = ComparisonFolder.reporting(folder, () -> write(folder.resolve(WRITTEN)));
    System.out.println(written);
  }

  private static Path write(Path file) {
    System.out.println("reporting");
    try {
      System.in.read();
      return Files.createFile(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
