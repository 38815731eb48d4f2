package io.flexora.host.experiment;

import io.flexora.api.run.FlexoraException;
import java.io.IOException;

/**
 * Something that reads files.
 *
 * @param <T> what it reads
 */
@FunctionalInterface
interface Reading<T> {

  T read() throws IOException;

  /**
   * Reads.
   *
   * @param what what is read, for the message
   * @throws FlexoraException if that is not possible
   */
  static <T> T of(String what, Reading<T> reading) {
    try {
      return reading.read();
    } catch (IOException e) {
      String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      throw new FlexoraException("the %s cannot be read: %s".formatted(what, message), e);
    }
  }
}
