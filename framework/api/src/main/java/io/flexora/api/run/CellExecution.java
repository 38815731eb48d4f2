package io.flexora.api.run;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The ways in which a runner can have a cell run.
 *
 * @since 0.1
 */
@ProviderType
public interface CellExecution {

  /**
   * Runs a cell in this process and this thread. It records a cell's own failure and throws only
   * what has to end the whole run, such as a {@link CancelledException}.
   */
  void here(Cell cell);

  /**
   * Gives the command line of a process of its own on this machine that runs the cell. Exit code 0
   * means that the cell has ended and its outcome, failure included, is recorded; anything else,
   * that the process died or could not begin.
   *
   * @param javaOptions options of the Java virtual machine, such as {@code -Xmx2g}; may be empty
   * @throws FlexoraException if the cells of this run cannot leave this process
   */
  List<String> command(Cell cell, List<String> javaOptions);

  /** The tries to run cells on other machines, for runners that do. */
  CellAttempts attempts();

  /**
   * Records that a cell failed where it could not do so itself.
   *
   * @param cause what happened, in a sentence, with the end of what the process printed
   */
  void failed(Cell cell, String cause);

  /** About how much memory a cell takes, in bytes. */
  long memoryBytes(Cell cell);

  /** Whether the run was cancelled: no cell is begun any more, and those that run are ended. */
  boolean cancelled();
}
