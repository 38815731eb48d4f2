package io.flexora.plugin;

/** Says in one line why a plugin that started cannot be wired. */
final class WiringException extends Exception {

  private static final long serialVersionUID = 1L;

  WiringException(String cause) {
    super(cause);
  }

  WiringException(String cause, Throwable problem) {
    super(cause, problem);
  }
}
