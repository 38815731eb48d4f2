package io.flexora.files.queue;

/**
 * The silence of a queue, which may answer another time.
 *
 * @since 0.1
 */
public final class SilentQueueException extends Exception {
  private static final long serialVersionUID = 1L;

  /** With the command or the address that did not answer, and why. */
  public SilentQueueException(String message) {
    super(message);
  }
}
