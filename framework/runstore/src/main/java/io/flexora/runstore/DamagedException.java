package io.flexora.runstore;

/** A checkpoint that is not complete; the message names the file. */
final class DamagedException extends Exception {

  private static final long serialVersionUID = 1L;

  DamagedException(String message) {
    super(message);
  }
}
