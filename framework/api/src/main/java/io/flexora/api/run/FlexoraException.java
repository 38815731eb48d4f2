package io.flexora.api.run;

/**
 * A failure whose message is meant for the user: it names the thing, the value seen, what is
 * accepted, and what to do next. It is shown without a stack trace.
 *
 * @since 0.1
 */
public class FlexoraException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Makes a failure with the message for the user. */
  public FlexoraException(String message) {
    super(message);
  }

  /** Makes a failure with the message for the user and the cause for the log. */
  public FlexoraException(String message, Throwable cause) {
    super(message, cause);
  }
}
