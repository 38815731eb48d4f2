package io.flexora.runner.process;

import io.flexora.api.run.Cell;
import io.flexora.api.run.CellExecution;
import java.util.List;
import java.util.OptionalInt;

/**
 * The division of a machine between cells.
 *
 * @param places for how many cells at a time there is room, at least 1
 * @param cells how many of them run at a time, at least 1
 * @param threads the threads of each; empty to leave that to the environment
 */
record ResourceShare(int places, int cells, OptionalInt threads) {

  static final String THREADS = "OMP_NUM_THREADS";

  // What a process takes beside its numbers: Java, and the libraries of PyTorch.
  private static final long OVERHEAD = 512L << 20;

  static ResourceShare of(
      ProcessOptions options, Machine machine, List<Cell> cells, CellExecution execution) {
    int places = options.cells().orElseGet(() -> fitting(machine, cells, execution));
    return new ResourceShare(
        places, Math.min(cells.size(), places), threads(options, machine, places));
  }

  private static int fitting(Machine machine, List<Cell> cells, CellExecution execution) {
    long largest = cells.stream().mapToLong(execution::memoryBytes).max().orElse(0);
    long byMemory = machine.freeBytes() / (Math.max(0, largest) + OVERHEAD);
    return (int) Math.max(1, Math.min(machine.cores() / 2, byMemory));
  }

  /** By the places, as numbers repeat with equally many threads alone: the last cells are few. */
  private static OptionalInt threads(ProcessOptions options, Machine machine, int places) {
    if (options.cellThreads().isPresent()) {
      return OptionalInt.of(options.cellThreads().get());
    }
    return machine.threadsGiven()
        ? OptionalInt.empty()
        : OptionalInt.of(Math.max(1, machine.cores() / places));
  }

  /**
   * The share of cells that run after those of this one: with as many threads, and so with no more
   * places.
   *
   * @param later what it would be without these
   */
  ResourceShare then(ResourceShare later) {
    int left = Math.min(places, later.places);
    return new ResourceShare(left, Math.min(left, later.cells), threads);
  }
}
