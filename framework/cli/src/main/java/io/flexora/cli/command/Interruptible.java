package io.flexora.cli.command;

import io.flexora.api.run.CancelledException;
import io.flexora.cli.output.Console;
import java.util.Map;
import java.util.function.IntSupplier;

/** Work that leaves nothing behind when Ctrl-C ends it. */
public final class Interruptible {

  private Interruptible() {}

  /**
   * Works until the end or the first signal.
   *
   * @param cancel asks the work to end
   * @param work the exit code where it was not interrupted
   */
  public static int run(Console console, Runnable cancel, IntSupplier work) {
    try (Interruption interruption = Interruption.listen(cancel)) {
      try {
        return work.getAsInt();
      } catch (CancelledException e) {
        int code = interruption.exitCode().orElse(ExitCodes.CANCELLED);
        console.json("cancelled", Map.of("exit_code", code));
        console.error("cancelled; nothing was written.");
        return code;
      }
    }
  }
}
