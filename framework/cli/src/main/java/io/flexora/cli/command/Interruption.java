package io.flexora.cli.command;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;
import org.jline.utils.Signals;

/**
 * Turns the first Ctrl-C, or a polite request to end, into a call; a later one ends the process at
 * once.
 */
public final class Interruption implements AutoCloseable {

  /** The first signal: the exit code that it asks for, and when it came. */
  private record Request(int code, long nanoTime) {}

  private static final Map<String, Integer> CODES =
      Map.of("INT", ExitCodes.CANCELLED, "TERM", ExitCodes.TERMINATED, "HUP", 129);

  // timeout signals a process and then its group, which is one request that arrives twice.
  private static final long ONE_REQUEST_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final Map<String, Object> former = new LinkedHashMap<>();
  private final AtomicReference<Request> first = new AtomicReference<>();
  private final Runnable cancel;
  private final LongSupplier nanoTime;
  private final IntConsumer halt;

  /**
   * Makes it, without listening.
   *
   * @param nanoTime a clock like {@link System#nanoTime}
   * @param halt ends the process with an exit code
   */
  Interruption(Runnable cancel, LongSupplier nanoTime, IntConsumer halt) {
    this.cancel = cancel;
    this.nanoTime = nanoTime;
    this.halt = halt;
  }

  /** Listens until it is closed. */
  public static Interruption listen(Runnable cancel) {
    Interruption interruption =
        new Interruption(cancel, System::nanoTime, Runtime.getRuntime()::halt);
    CODES.forEach(
        (signal, code) ->
            interruption.former.put(
                signal, Signals.register(signal, () -> interruption.interrupted(code))));
    return interruption;
  }

  /** The exit code that the signal asks for, if there was one. */
  public OptionalInt exitCode() {
    Request request = first.get();
    return request == null ? OptionalInt.empty() : OptionalInt.of(request.code());
  }

  /** The first signal cancels; one that is not the same request again halts. */
  void interrupted(int wanted) {
    long now = nanoTime.getAsLong();
    if (first.compareAndSet(null, new Request(wanted, now))) {
      cancel.run();
    } else if (now - first.get().nanoTime() >= ONE_REQUEST_NANOS) {
      halt.accept(wanted);
    }
  }

  @Override
  public void close() {
    former.forEach((signal, handler) -> Signals.unregister(signal, handler));
  }
}
