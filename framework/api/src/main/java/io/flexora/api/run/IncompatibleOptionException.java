package io.flexora.api.run;

/**
 * The refusal of an option whose value does not fit what it meets: the model, the data or another
 * option. The message is told with the line where the option was written.
 *
 * @since 0.1
 */
public final class IncompatibleOptionException extends FlexoraException {

  private static final long serialVersionUID = 1L;

  private final String option;

  /**
   * Makes a refusal.
   *
   * @param option the key of the option, which may be that of the extension or of another that it
   *     chooses
   */
  public IncompatibleOptionException(String option, String message) {
    super(message);
    this.option = option;
  }

  /** Makes a refusal with the cause for the log. */
  public IncompatibleOptionException(String option, String message, Throwable cause) {
    super(message, cause);
    this.option = option;
  }

  /** The key of the option. */
  public String option() {
    return option;
  }
}
