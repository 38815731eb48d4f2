package io.flexora.api.run;

import io.flexora.api.plugin.Effect;
import io.flexora.api.plugin.ExtensionPoint;
import java.util.List;
import java.util.OptionalInt;
import org.osgi.annotation.versioning.ConsumerType;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Decides where and when the cells of an experiment run.
 *
 * @since 0.1
 */
@ConsumerType
@ExtensionPoint(value = "runner", affects = Effect.NOTHING)
public interface Runner {

  /**
   * Notes why {@link #run} could run no cell, before any has begun: options that do not work on
   * this machine, or cells that it cannot run; nothing by default.
   *
   * @param processes the processes that cells may run in
   */
  default void checkCompatibility(Processes processes, Compatibility found) {}

  /**
   * The most cells that it runs at a time, as its options say, for an estimate of the time; empty
   * where only the machines tell.
   */
  default OptionalInt parallelCells() {
    return OptionalInt.empty();
  }

  /** Whether cells run on this machine, so that they need its memory; not by default. */
  default boolean isLocal() {
    return false;
  }

  /**
   * Runs every cell exactly once and returns when all have ended.
   *
   * @param cells independent cells, in the order in which they were written
   * @param execution runs a cell here, or says how another process does
   * @throws CancelledException if the run was cancelled
   */
  void run(List<Cell> cells, CellExecution execution);

  /** The processes that the cells of a run may run in, before there is a cell. */
  @ProviderType
  @FunctionalInterface
  interface Processes {

    /**
     * Gives the command line of a process that starts as those of cells do, prints the version of
     * Java and ends with exit code 0.
     *
     * @param javaOptions options of the Java virtual machine, as for {@link CellExecution#command}
     * @throws FlexoraException if the cells of this run cannot leave this process
     */
    List<String> trial(List<String> javaOptions);
  }
}
