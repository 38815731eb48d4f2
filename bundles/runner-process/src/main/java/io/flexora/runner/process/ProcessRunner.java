package io.flexora.runner.process;

import io.flexora.api.plugin.Doc;
import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Cell;
import io.flexora.api.run.CellExecution;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.Runner;
import jakarta.inject.Inject;
import java.util.List;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

/**
 * Runs cells in processes of their own, as many at a time as the machine has room for. Each process
 * runs one cell after the other. One that dies takes its cell with it and nothing else.
 */
@Doc(
    "Run cells in Java processes of their own, several at a time: a crash costs one cell, not the"
        + " comparison.")
final class ProcessRunner implements Runner {

  private final ProcessOptions options;

  /** The share of the first cells, whose threads all later ones have. */
  private final AtomicReference<ResourceShare> first = new AtomicReference<>();

  @Inject
  ProcessRunner(ProcessOptions options) {
    this.options = options;
  }

  @Override
  public void checkCompatibility(Runner.Processes processes, Compatibility found) {
    new JavaTrial(processes.trial(options.ofJava().words())).requireStart();
  }

  @Override
  public OptionalInt parallelCells() {
    return options.cells().stream().mapToInt(Integer::intValue).findFirst();
  }

  @Override
  public boolean isLocal() {
    return true;
  }

  @Override
  public void run(List<Cell> cells, CellExecution execution) {
    if (cells.isEmpty()) {
      return;
    }
    ResourceShare alone = ResourceShare.of(options, Machine.here(), cells, execution);
    first.compareAndSet(null, alone);
    ResourceShare share = first.get().then(alone);
    AtomicReference<RuntimeException> failure = new AtomicReference<>();
    BooleanSupplier over = () -> failure.get() != null || execution.cancelled();
    Queue<Cell> waiting = new ConcurrentLinkedQueue<>(cells);
    ExecutorService threads = Executors.newFixedThreadPool(share.cells(), ProcessRunner::thread);
    for (int i = 0; i < share.cells(); i++) {
      threads.execute(() -> keep(failure, () -> runAll(waiting, execution, share, over)));
    }
    threads.shutdown();
    waitFor(threads, failure);
    if (failure.get() != null) {
      throw failure.get();
    }
    if (execution.cancelled()) {
      throw new CancelledException();
    }
  }

  private void runAll(
      Queue<Cell> waiting, CellExecution execution, ResourceShare share, BooleanSupplier over) {
    try (CellLane lane = new CellLane(execution, options, share.threads())) {
      for (Cell cell = waiting.poll();
          cell != null && !over.getAsBoolean();
          cell = waiting.poll()) {
        lane.run(cell, over);
      }
    }
  }

  /** A daemon: a program that is left does not wait for its cells, which end with it. */
  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "cell-process");
    thread.setDaemon(true);
    return thread;
  }

  private static void keep(AtomicReference<RuntimeException> failure, Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      failure.compareAndSet(null, e);
    }
  }

  private static void waitFor(ExecutorService threads, AtomicReference<RuntimeException> failure) {
    boolean interrupted = false;
    while (true) {
      try {
        if (threads.awaitTermination(1, TimeUnit.MINUTES)) {
          break;
        }
      } catch (InterruptedException e) {
        // The processes still have to be ended before this one can say that they are.
        interrupted = true;
        failure.compareAndSet(null, new CancelledException());
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
