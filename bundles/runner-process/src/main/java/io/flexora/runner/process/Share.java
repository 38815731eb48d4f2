package io.flexora.runner.process;

import io.flexora.api.run.Cell;
import io.flexora.api.run.CellExecution;
import java.util.List;
import java.util.OptionalInt;

/**
 * How a machine is shared between cells.
 *
 * @param cells how many run at a time, at least 1
 * @param threads the threads of each; empty to leave that to the environment
 */
record Share(int cells, OptionalInt threads) {

  static final String THREADS = "OMP_NUM_THREADS";

  // What a process takes beside its numbers: Java, and the libraries of PyTorch.
  private static final long OVERHEAD = 512L << 20;

  static Share of(
      ProcessOptions options, Machine machine, List<Cell> cells, CellExecution execution) {
    int parallel =
        Math.min(cells.size(), options.cells().orElseGet(() -> fitting(machine, cells, execution)));
    return new Share(parallel, threads(options, machine, parallel));
  }

  private static int fitting(Machine machine, List<Cell> cells, CellExecution execution) {
    long largest = cells.stream().mapToLong(execution::memoryBytes).max().orElse(0);
    long byMemory = machine.freeBytes() / (Math.max(0, largest) + OVERHEAD);
    return (int) Math.max(1, Math.min(machine.cores() / 2, byMemory));
  }

  private static OptionalInt threads(ProcessOptions options, Machine machine, int parallel) {
    if (options.cellThreads().isPresent()) {
      return OptionalInt.of(options.cellThreads().get());
    }
    return System.getenv(THREADS) != null
        ? OptionalInt.empty()
        : OptionalInt.of(Math.max(1, machine.cores() / parallel));
  }
}
