package io.flexora.runner.process;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A process that is waited for, and ended where it has to be. */
final class ChildProcess {

  private static final long LOOK_MILLIS = 100;
  // Ctrl-C reaches a process and its children at once; which of them acts first is chance.
  private static final long CTRL_C_MILLIS = 2000;

  private final Process process;
  private final long began = System.nanoTime();

  private ChildProcess(Process process) {
    this.process = process;
  }

  /**
   * Starts a process in the working folder and the environment of this one.
   *
   * @param log takes all its output; written anew
   * @param threads of its numerical library; empty to leave that to the environment
   */
  static ChildProcess start(List<String> command, Path log, OptionalInt threads)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(Redirect.to(log.toFile()));
    threads.ifPresent(n -> builder.environment().put(Share.THREADS, String.valueOf(n)));
    Process process = builder.start();
    process.getOutputStream().close();
    return new ChildProcess(process);
  }

  /**
   * Waits for its end.
   *
   * @param limit how long it may take
   * @param grace how long it may take to end when it is asked to
   * @param over whether it is to be ended
   */
  Ending awaited(Optional<Duration> limit, Duration grace, BooleanSupplier over) {
    boolean interrupted = false;
    Ending.Reason reason = Ending.Reason.ITSELF;
    try {
      while (reason == Ending.Reason.ITSELF
          && !process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        reason = reasonToEnd(limit, over);
      }
    } catch (InterruptedException e) {
      interrupted = true;
      reason = Ending.Reason.RUN_OVER;
    }
    if (reason != Ending.Reason.ITSELF) {
      end(grace);
    } else if (process.exitValue() == Ending.CTRL_C && soon(over)) {
      reason = Ending.Reason.RUN_OVER;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return new Ending(reason, process.exitValue(), took());
  }

  private Ending.Reason reasonToEnd(Optional<Duration> limit, BooleanSupplier over) {
    if (over.getAsBoolean()) {
      return Ending.Reason.RUN_OVER;
    }
    return limit.filter(most -> took().compareTo(most) > 0).isPresent()
        ? Ending.Reason.TIME_LIMIT
        : Ending.Reason.ITSELF;
  }

  private static boolean soon(BooleanSupplier over) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CTRL_C_MILLIS);
    while (!over.getAsBoolean() && System.nanoTime() < end) {
      pause();
    }
    return over.getAsBoolean();
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Asks it to end, and ends it and what it has started where it does not. */
  private void end(Duration grace) {
    List<ProcessHandle> family = process.descendants().toList();
    process.destroy();
    if (!ended(grace)) {
      process.destroyForcibly();
      family.forEach(ProcessHandle::destroyForcibly);
      process.onExit().join();
    }
  }

  private boolean ended(Duration grace) {
    try {
      process.onExit().get(grace.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (java.util.concurrent.TimeoutException | java.util.concurrent.ExecutionException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private Duration took() {
    return Duration.ofNanos(System.nanoTime() - began);
  }
}
