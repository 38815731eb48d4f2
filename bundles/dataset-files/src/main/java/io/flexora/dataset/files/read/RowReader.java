package io.flexora.dataset.files.read;

import io.flexora.api.run.FlexoraException;
import java.io.IOException;
import java.util.function.Consumer;

/** Reads the rows of one format. */
@FunctionalInterface
public interface RowReader {

  /**
   * Reads a file in its order.
   *
   * @param bad where rows go that cannot be read
   * @param rows where the others go
   * @throws IOException if the file cannot be read whole
   * @throws FlexoraException if it is not of the format, or has too many bad rows
   */
  void read(DataFile file, BadRows bad, Consumer<RawRow> rows) throws IOException;
}
