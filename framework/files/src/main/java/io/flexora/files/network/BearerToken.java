package io.flexora.files.network;

import io.flexora.api.run.FlexoraException;
import java.util.regex.Pattern;

/**
 * A secret that opens a server; its text leaves this class only as a header. What no header can
 * hold is refused here, as a client of HTTP would say it with the token in its message.
 *
 * @since 0.1
 */
public final class BearerToken {
  private static final Pattern VISIBLE = Pattern.compile("[\\x21-\\x7e]+");
  private final String text;

  private BearerToken(String text) {
    this.text = text;
  }

  /**
   * Takes over a token.
   *
   * @param origin where it was written, such as the name of a variable
   * @throws FlexoraException if no token has such characters
   */
  public static BearerToken of(String text, String origin) {
    if (!VISIBLE.matcher(text).matches()) {
      throw new FlexoraException(
          "%s holds white space or characters that no token has; copy the token again"
              .formatted(origin));
    }
    return new BearerToken(text);
  }

  /** The value of the header {@code Authorization}. */
  public String header() {
    return "Bearer " + text;
  }

  /** Says nothing, so that no message can give it away. */
  @Override
  public String toString() {
    return "(token)";
  }
}
