package io.flexora.files.machine;

import io.flexora.files.durable.RegularFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The output of a program that ended within its limit of time.
 *
 * @param code the exit code
 * @param output the standard output
 * @param errors the standard error; empty if it was merged into the output
 * @since 0.1
 */
public record ProgramOutput(int code, String output, String errors) {

  /**
   * Runs a program to its end. A thread that is interrupted goes on waiting, and is interrupted
   * afterwards.
   *
   * @param builder the program, whose output this method redirects
   * @param input the standard input
   * @param limit the limit of time, after which the program is killed
   * @return the output; empty if the time was up
   * @throws IOException if the program does not start
   */
  public static Optional<ProgramOutput> of(ProcessBuilder builder, String input, Duration limit)
      throws IOException {
    Path output = Files.createTempFile("flexora", ".out");
    Path errors = Files.createTempFile("flexora", ".err");
    try {
      builder.redirectOutput(output.toFile());
      if (!builder.redirectErrorStream()) {
        builder.redirectError(errors.toFile());
      }
      Process process = builder.start();
      try (OutputStream in = process.getOutputStream()) {
        in.write(input.getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        // A program need not read its input.
      }
      return ends(process, limit)
          ? Optional.of(new ProgramOutput(process.exitValue(), text(output), text(errors)))
          : Optional.empty();
    } finally {
      Files.deleteIfExists(output);
      Files.deleteIfExists(errors);
    }
  }

  private static boolean ends(Process process, Duration limit) {
    boolean interrupted = false;
    long end = System.nanoTime() + limit.toNanos();
    try {
      for (long left = limit.toNanos(); left > 0; left = end - System.nanoTime()) {
        try {
          if (process.waitFor(left, TimeUnit.NANOSECONDS)) {
            return true;
          }
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      process.destroyForcibly();
      return false;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Programs may print in another encoding than UTF-8. */
  private static String text(Path file) throws IOException {
    return new String(RegularFile.bytes(file), StandardCharsets.UTF_8);
  }
}
