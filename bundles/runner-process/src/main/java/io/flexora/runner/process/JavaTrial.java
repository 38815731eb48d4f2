package io.flexora.runner.process;

import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.IncompatibleOptionException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Starts Java once as each cell will, so that options which it refuses are told before there is a
 * cell.
 *
 * @param command the command line, which ends by itself
 */
record JavaTrial(List<String> command) {

  private static final long SECONDS = 60;
  private static final int MOST_CHARACTERS = 2000;
  private static final int MOST_LINES = 3;

  /**
   * Starts it.
   *
   * @throws FlexoraException with what Java says if it does not start
   */
  void requireStart() {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      CompletableFuture<Process> late = process.onExit().orTimeout(SECONDS, TimeUnit.SECONDS);
      // A process that has ended is left alone: to end it closes what it said.
      var unused =
          late.whenComplete(
              (ended, timeout) -> {
                if (timeout != null) {
                  process.destroyForcibly();
                }
              });
      String said = said(process.getInputStream());
      int code = process.waitFor();
      if (code != 0) {
        throw refused("exit code %d: %s".formatted(code, said));
      }
    } catch (IOException e) {
      throw refused(e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw refused("interrupted");
    }
  }

  private static FlexoraException refused(String why) {
    return new IncompatibleOptionException(
        "max_heap",
        "Java does not start with the options of a cell, max_heap and java_options (%s)"
            .formatted(why));
  }

  private static String said(InputStream output) throws IOException {
    try (output) {
      byte[] bytes = output.readNBytes(MOST_CHARACTERS);
      output.skip(Long.MAX_VALUE);
      return new String(bytes, StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("Error: Could not create the Java Virtual Machine"))
          .filter(line -> !line.startsWith("Error: A fatal exception has occurred"))
          .limit(MOST_LINES)
          .collect(Collectors.joining("; "));
    }
  }
}
