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

  /** What a process of {@link #command} prints, on a line of its own, behind each cell. */
  String ENDED = "flexora: the cell has ended";

  /**
   * Runs a cell in this process and this thread. It records a cell's own failure and throws only
   * what has to end the whole run, such as a {@link CancelledException}.
   */
  void runHere(Cell cell);

  /**
   * Gives the command line of a process on this machine that runs cells one after the other, so
   * that it starts and loads the model once. It reads the folder of a cell from each line of its
   * standard input, in UTF-8, and ends where that ends. When the cell has ended and its outcome,
   * failure included, is recorded, it prints the line {@link #ENDED}. If it exits before, the cell
   * was not run to its end: it died, or its last line says why it could not go on.
   *
   * @param javaOptions options of the Java virtual machine, such as {@code -Xmx2g}; may be empty
   * @throws FlexoraException if the cells of this run cannot leave this process
   */
  List<String> command(List<String> javaOptions);

  /**
   * Records that a cell begins in a process of {@link #command}, after a process of an earlier run
   * has given it back. Its outcome is told from its folder.
   *
   * @throws CancelledException if the run was cancelled
   */
  void begin(Cell cell);

  /** The tries to run cells on other machines, for runners that do. */
  CellAttempts attempts();

  /**
   * Records that a cell failed where it could not do so itself.
   *
   * @param cause the cause, in a sentence, with the end of the output of the process
   */
  void failed(Cell cell, String cause);

  /** About how much memory a cell takes, in bytes. */
  long memoryBytes(Cell cell);

  /** Whether the run was cancelled: no cell is begun any more, and those that run are ended. */
  boolean cancelled();
}
