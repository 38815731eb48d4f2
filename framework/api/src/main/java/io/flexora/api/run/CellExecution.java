package io.flexora.api.run;

import java.util.List;
import java.util.Optional;
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
  Attempts attempts();

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

  /**
   * Tries to run cells on other machines. Each try has a folder of its own, so that one which was
   * thought lost can harm nothing; the first complete result of a cell is taken, any further one
   * refused. Methods may be called from several threads, for one cell from one at a time.
   */
  @ProviderType
  interface Attempts {

    /**
     * Makes the next try of a cell, which goes on from where an earlier one stopped unless a
     * process still works on that. The runner has ended the earlier ones, as far as it could.
     *
     * @param javaOptions options of the Java virtual machine, such as {@code -Xmx2g}; may be empty
     * @return the try; empty if the result of an earlier one has arrived meanwhile, so that the
     *     cell has ended
     * @throws CancelledException if the run was cancelled
     * @throws FlexoraException if the cells of this run cannot leave this process
     */
    Optional<CellAttempt> next(Cell cell, List<String> javaOptions);

    /** Tells that a try has begun to run, from when on its record is followed. */
    void started(CellAttempt attempt);

    /**
     * Tells what people should know of a try that is not over, such as that it waits for a machine
     * and why.
     *
     * @param what in a sentence that begins with a verb
     */
    void notice(CellAttempt attempt, String what);

    /**
     * Takes the result of a try whose process has ended, if all of it has arrived and the cell has
     * none.
     *
     * @return whether the cell has a result now, this one or another
     */
    boolean collect(CellAttempt attempt);

    /**
     * Tells that a try ended without a result for a reason that is not the cell's, so that it is
     * worth another. No process works on it any more, as far as can be told.
     *
     * @param cause the cause, in a sentence
     */
    void lost(CellAttempt attempt, String cause);
  }
}
