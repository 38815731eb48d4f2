package io.flexora.source.hf;

import java.io.IOException;

/** A download whose bytes are not those that the Hub announced. */
final class WrongContentException extends IOException {
  private static final long serialVersionUID = 1L;

  WrongContentException(String message) {
    super(message);
  }
}
