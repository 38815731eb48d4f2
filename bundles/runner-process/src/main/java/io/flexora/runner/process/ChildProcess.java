package io.flexora.runner.process;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/**
 * A process that runs cells one after the other. It is waited for, and ended where it has to be.
 */
final class ChildProcess implements AutoCloseable {

  private static final long LOOK_MILLIS = 100;
  // A signal to a group, such as Ctrl-C, reaches a process and its children at once; which of them
  // acts first is chance.
  private static final long SIGNAL_MILLIS = 2000;
  // What a process has printed before its end arrives soon after, unless its own children hold the
  // pipe.
  private static final long LAST_WORDS_MILLIS = 2000;

  private final Process process;
  private final Duration grace;
  private final Writer folders;
  private final CellOutput output;

  private ChildProcess(Process process, Duration grace) {
    this.process = process;
    this.grace = grace;
    this.folders = process.outputWriter(StandardCharsets.UTF_8);
    this.output = CellOutput.of(process.inputReader(StandardCharsets.UTF_8));
  }

  /**
   * Starts a process in the working folder and the environment of this one.
   *
   * @param threads of its numerical library; empty to leave that to the environment
   * @param grace how long it may take to end when it is asked to
   */
  static ChildProcess start(List<String> command, OptionalInt threads, Duration grace)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    threads.ifPresent(n -> builder.environment().put(ResourceShare.THREADS, String.valueOf(n)));
    return new ChildProcess(builder.start(), grace);
  }

  /** Whether it can run a further cell. */
  boolean isAlive() {
    return process.isAlive();
  }

  /**
   * Has it run a cell, and waits for the end of that.
   *
   * @param folder the folder of the cell
   * @param log takes what the process prints meanwhile; written anew
   * @param limit how long it may take
   * @param over whether it is to be ended
   * @throws IOException if the log cannot be written
   */
  ExitStatus run(Path folder, Path log, Optional<Duration> limit, BooleanSupplier over)
      throws IOException {
    long began = System.nanoTime();
    CompletableFuture<Void> ended = output.next(log);
    tell(folder);
    boolean interrupted = false;
    ExitStatus.Reason reason = ExitStatus.Reason.ITSELF;
    CompletableFuture<Object> either = CompletableFuture.anyOf(ended, process.onExit());
    try {
      while (reason == ExitStatus.Reason.ITSELF && !isDone(either, LOOK_MILLIS)) {
        reason = reasonToEnd(limit, since(began), over);
      }
    } catch (InterruptedException e) {
      interrupted = true;
      reason = ExitStatus.Reason.RUN_OVER;
    }
    if (reason != ExitStatus.Reason.ITSELF) {
      end(grace);
    } else if (!ended.isDone()) {
      hearLastWords();
    }
    int code = ended.isDone() ? 0 : process.exitValue();
    if (reason == ExitStatus.Reason.ITSELF && ExitStatus.OF_REQUESTS.contains(code) && soon(over)) {
      reason = ExitStatus.Reason.RUN_OVER;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return new ExitStatus(reason, code, since(began));
  }

  private void tell(Path folder) {
    try {
      folders.write(folder.toAbsolutePath().normalize() + "\n");
      folders.flush();
    } catch (IOException e) {
      // It has ended, which its exit code explains better.
    }
  }

  private static boolean isDone(CompletableFuture<Object> work, long millis)
      throws InterruptedException {
    try {
      work.get(millis, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException | ExecutionException e) {
      return work.isDone();
    }
  }

  private void hearLastWords() {
    output.closed().completeOnTimeout(null, LAST_WORDS_MILLIS, TimeUnit.MILLISECONDS).join();
  }

  private static ExitStatus.Reason reasonToEnd(
      Optional<Duration> limit, Duration took, BooleanSupplier over) {
    if (over.getAsBoolean()) {
      return ExitStatus.Reason.RUN_OVER;
    }
    return limit.filter(most -> took.compareTo(most) > 0).isPresent()
        ? ExitStatus.Reason.TIME_LIMIT
        : ExitStatus.Reason.ITSELF;
  }

  private static boolean soon(BooleanSupplier over) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SIGNAL_MILLIS);
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
  private void end(Duration patience) {
    List<ProcessHandle> family = process.descendants().toList();
    process.destroy();
    if (!exited(patience)) {
      process.destroyForcibly();
      family.forEach(ProcessHandle::destroyForcibly);
      process.onExit().join();
    }
    hearLastWords();
  }

  private boolean exited(Duration patience) {
    try {
      process.onExit().get(patience.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException | ExecutionException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static Duration since(long nanoTime) {
    return Duration.ofNanos(System.nanoTime() - nanoTime);
  }

  /** Tells it that there are no cells any more, and waits for its end. */
  @Override
  public void close() {
    try {
      folders.close();
    } catch (IOException e) {
      // It has ended.
    }
    if (!exited(grace)) {
      end(Duration.ZERO);
    }
  }
}
