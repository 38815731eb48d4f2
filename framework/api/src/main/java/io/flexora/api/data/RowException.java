package io.flexora.api.data;

import io.flexora.api.run.FlexoraException;

/**
 * The refusal of a row that a task or a tokenizer cannot use. The message is told with the line
 * where the rows of its split were configured.
 *
 * @since 0.1
 */
public final class RowException extends FlexoraException {

  private static final long serialVersionUID = 1L;

  private final String row;

  /**
   * Makes a refusal.
   *
   * @param row the {@link Row#origin} of the row, which is the id of its example
   * @param message a sentence that names the row
   */
  public RowException(String row, String message) {
    super(message);
    this.row = row;
  }

  /** Makes a refusal with the cause for the log. */
  public RowException(String row, String message, Throwable cause) {
    super(message, cause);
    this.row = row;
  }

  /** The origin of the row. */
  public String row() {
    return row;
  }
}
