package io.flexora.jinja.parse;

/**
 * A piece of a template.
 *
 * @param text the text of a name, an operator or data
 * @param value the value of a literal
 */
public record Token(Kind kind, String text, Object value, int line) {

  /** The kind of a token. */
  public enum Kind {
    DATA,
    BLOCK_BEGIN,
    BLOCK_END,
    PRINT_BEGIN,
    PRINT_END,
    NAME,
    LITERAL,
    OPERATOR,
    END
  }

  boolean is(Kind wanted, String wantedText) {
    return kind == wanted && text.equals(wantedText);
  }

  /** How messages call it. */
  String shown() {
    return kind == Kind.END ? "the end of the template" : "'" + text + "'";
  }
}
