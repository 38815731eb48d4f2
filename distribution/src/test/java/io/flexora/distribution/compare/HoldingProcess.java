package io.flexora.distribution.compare;

import io.flexora.runstore.RunFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Has a run's folder until its input ends, as the process of a cell does whose command was killed.
 */
final class HoldingProcess {

  private HoldingProcess() {}

  /** Starts one, and returns when it has the folder. */
  static Process start(Path run) throws IOException {
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    HoldingProcess.class.getName(),
                    run.toString()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    if (process.getInputStream().read() < 0) {
      throw new IOException("the process did not get " + run);
    }
    return process;
  }

  /** Takes the folder, says so, and gives it back. */
  public static void main(String[] arguments) throws IOException {
    try (RunFolder run = RunFolder.open(Path.of(arguments[0]))) {
      System.out.println(run.path());
      int unused = System.in.read();
    }
  }
}
