package io.flexora.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import org.jline.utils.Signals;

/**
 * Turns the first Ctrl-C, or a polite request to end, into a call; a second one ends the process at
 * once.
 */
final class Interruption implements AutoCloseable {

  private static final Map<String, Integer> CODES =
      Map.of("INT", ExitCodes.CANCELLED, "TERM", ExitCodes.TERMINATED, "HUP", 129);

  private final Map<String, Object> former = new LinkedHashMap<>();
  private final AtomicInteger code = new AtomicInteger();
  private final Runnable cancel;

  private Interruption(Runnable cancel) {
    this.cancel = cancel;
  }

  /** Listens until it is closed. */
  static Interruption listen(Runnable cancel) {
    Interruption interruption = new Interruption(cancel);
    CODES.forEach(
        (signal, code) ->
            interruption.former.put(
                signal, Signals.register(signal, () -> interruption.interrupted(code))));
    return interruption;
  }

  /** The exit code that the signal asks for, if there was one. */
  OptionalInt exitCode() {
    return code.get() == 0 ? OptionalInt.empty() : OptionalInt.of(code.get());
  }

  /** The first signal cancels; any further one halts. */
  private void interrupted(int wanted) {
    if (code.compareAndSet(0, wanted)) {
      cancel.run();
    } else {
      Runtime.getRuntime().halt(wanted);
    }
  }

  @Override
  public void close() {
    former.forEach((signal, handler) -> Signals.unregister(signal, handler));
  }
}
