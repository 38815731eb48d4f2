package io.flexora.plugin.extension;

/** The failure of wiring a plugin that started; the message is one line. */
final class WiringException extends Exception {

  private static final long serialVersionUID = 1L;

  WiringException(String cause) {
    super(cause);
  }

  WiringException(String cause, Throwable problem) {
    super(cause, problem);
  }
}
