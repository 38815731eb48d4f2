package io.flexora.runstore;

import io.flexora.api.run.FlexoraException;
import java.nio.file.Path;

/** Takes a run's folder, says so or why not, and holds it until its input ends. */
final class LockingProcess {

  private LockingProcess() {}

  public static void main(String[] arguments) throws Exception {
    try (RunFolder run = RunFolder.open(Path.of(arguments[0]))) {
      System.out.println("open " + run.path());
      System.in.read();
    } catch (FlexoraException e) {
      System.out.println(e.getMessage());
    }
  }
}
