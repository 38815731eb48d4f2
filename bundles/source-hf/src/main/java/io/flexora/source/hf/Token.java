package io.flexora.source.hf;

import io.flexora.api.run.FlexoraException;
import java.util.regex.Pattern;

/** A secret that opens repositories; its text leaves this class only as a header. */
final class Token {
  private static final Pattern VISIBLE = Pattern.compile("[\\x21-\\x7e]+");
  private final String text;

  private Token(String text) {
    this.text = text;
  }

  /**
   * Takes over a token.
   *
   * @param origin where it was written
   * @throws FlexoraException if no token has such characters
   */
  static Token of(String text, String origin) {
    if (!VISIBLE.matcher(text).matches()) {
      throw new FlexoraException(
          "%s holds white space or characters that no token has; copy the token again"
              .formatted(origin));
    }
    return new Token(text);
  }

  /** The value of the header {@code Authorization}. */
  String header() {
    return "Bearer " + text;
  }

  /** Says nothing, so that no message can give it away. */
  @Override
  public String toString() {
    return "(token)";
  }
}
