package io.flexora.experiment.cell;

import io.flexora.api.run.FlexoraException;
import io.flexora.runstore.RunFolder;
import io.flexora.runstore.RunListener;
import java.util.Map;

/**
 * The treatment of cells that were made by other code than the one that is installed now, or from
 * other files of data or models than there are now.
 *
 * @since 0.1
 */
public enum ChangedCode {
  /** They are left as they are, and nothing is run. */
  REFUSE,
  /** They are made again by the code and from the files that are there now. */
  REDO;

  /**
   * Refuses cells of a run, or lets them begin again.
   *
   * @param folder the run's folder, which is taken
   * @param differences what has changed, by the name of the cell
   * @param made how the cells were made, as the rest of a sentence about one
   * @param remedy how to take the change back, as a command
   * @throws FlexoraException if there are some and they are to be refused
   */
  void settle(
      RunFolder folder,
      Map<String, String> differences,
      String made,
      String remedy,
      RunListener listener) {
    differences.forEach(
        (cell, difference) -> {
          if (this == REFUSE) {
            throw new FlexoraException(
                ("cell '%s' of %s %s: %s. Numbers of both cannot be compared; resume with"
                        + " --redo-changed to make the cell again, %s, or start a new run")
                    .formatted(cell, folder.path(), made, difference, remedy));
          }
          listener.notice(cell, "", difference + ". The cell is made again.");
          folder.restart(cell, difference);
        });
  }
}
