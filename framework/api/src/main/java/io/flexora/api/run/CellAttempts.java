package io.flexora.api.run;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Tries to run cells on other machines. Each try has a folder of its own, so that one which was
 * thought lost can harm nothing; the first complete result of a cell is taken, any further one
 * refused. Methods may be called from several threads, for one cell from one at a time.
 *
 * @since 0.1
 */
@ProviderType
public interface CellAttempts {

  /**
   * Makes the next try of a cell, which goes on from where an earlier one stopped unless a process
   * still works on that. The runner has ended the earlier ones, as far as it could.
   *
   * @param javaOptions options of the Java virtual machine, such as {@code -Xmx2g}; may be empty
   * @return the try; empty if the result of an earlier one has arrived meanwhile, so that the cell
   *     has ended
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
