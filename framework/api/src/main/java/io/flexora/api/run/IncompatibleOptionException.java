package io.flexora.api.run;

import java.io.IOException;
import java.util.Optional;
import java.util.stream.Stream;

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
   * A reading of files.
   *
   * @param <T> the content
   */
  @FunctionalInterface
  public interface Reading<T> {
    T read() throws IOException;
  }

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

  /**
   * Reads files that an option names. A failure keeps its type and its message and has the refusal
   * of the option as a suppressed exception.
   *
   * @param option as in the constructor
   * @throws IOException as the reading does
   * @throws FlexoraException as the reading does
   */
  public static <T> T reading(String option, Reading<T> reading) throws IOException {
    try {
      return reading.read();
    } catch (CancelledException e) {
      throw e;
    } catch (IOException | FlexoraException e) {
      if (of(e).isEmpty()) {
        e.addSuppressed(new IncompatibleOptionException(option, e.getMessage()));
      }
      throw e;
    }
  }

  /** The refusal of an option that an exception is or has as a suppressed one. */
  static Optional<IncompatibleOptionException> of(Exception refusal) {
    return Stream.concat(Stream.of(refusal), Stream.of(refusal.getSuppressed()))
        .filter(IncompatibleOptionException.class::isInstance)
        .map(IncompatibleOptionException.class::cast)
        .findFirst();
  }

  /** The key of the option. */
  public String option() {
    return option;
  }
}
