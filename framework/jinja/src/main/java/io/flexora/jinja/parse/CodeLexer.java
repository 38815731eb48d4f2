package io.flexora.jinja.parse;

import io.flexora.jinja.dialect.JinjaException;
import java.util.List;

/** Reads the tokens inside of tags. */
final class CodeLexer {
  private static final int SHOWN_DIGITS = 40;
  private static final List<String> OPERATORS =
      List.of(
          "//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{",
          "}", ">", "<", "=", ".", ":", "|", ",", ";");

  private final String source;
  private int end;

  CodeLexer(String source) {
    this.source = source;
  }

  /** Where the last token ended. */
  int end() {
    return end;
  }

  Token token(int start, int line) {
    char first = source.charAt(start);
    if (Character.isUnicodeIdentifierStart(source.codePointAt(start)) || first == '_') {
      end = nameEnd(start);
      String name = source.substring(start, end);
      return new Token(Token.Kind.NAME, name, null, line);
    }
    if (first == '"' || first == '\'') {
      String value = string(start, first);
      return new Token(Token.Kind.LITERAL, source.substring(start, end), value, line);
    }
    if (Character.isDigit(first)) {
      return number(start, line);
    }
    for (String operator : OPERATORS) {
      if (source.startsWith(operator, start)) {
        end = start + operator.length();
        return new Token(Token.Kind.OPERATOR, operator, null, line);
      }
    }
    throw new JinjaException(
        "unexpected character '" + Character.toString(source.codePointAt(start)) + "'");
  }

  private int nameEnd(int start) {
    int at = start;
    while (at < source.length()) {
      int character = source.codePointAt(at);
      if (!Character.isUnicodeIdentifierPart(character)
          || Character.isIdentifierIgnorable(character)) {
        break;
      }
      at += Character.charCount(character);
    }
    return at;
  }

  private Token number(int start, int line) {
    int real = realEnd(start);
    end = real > start ? real : integerEnd(start);
    if (end == start) {
      throw new JinjaException("malformed number at '" + source.charAt(start) + "'");
    }
    String written = source.substring(start, end);
    String digits = written.replace("_", "");
    Object value = real > start ? (Object) Double.valueOf(digits) : integer(digits);
    return new Token(Token.Kind.LITERAL, written, value, line);
  }

  /** The end of a number with a fraction or an exponent; the start if there is none. */
  private int realEnd(int start) {
    int whole = digitsEnd(start, 10);
    if (whole == start || (start > 0 && source.charAt(start - 1) == '.')) {
      return start;
    }
    int point = isAt(whole, ".") ? digitsEnd(whole + 1, 10) : whole;
    int fraction = point > whole + 1 ? point : whole;
    if (isAt(fraction, "eE")) {
      int sign = fraction + (isAt(fraction + 1, "+-") ? 2 : 1);
      int exponent = digitsEnd(sign, 10);
      if (exponent > sign) {
        return exponent;
      }
    }
    return fraction > whole ? fraction : start;
  }

  private int integerEnd(int start) {
    if (source.charAt(start) != '0') {
      return digitsEnd(start, 10);
    }
    int radix =
        isAt(start + 1, "bB") ? 2 : isAt(start + 1, "oO") ? 8 : isAt(start + 1, "xX") ? 16 : 0;
    int from = start + 2;
    boolean underscore = radix > 0 && isAt(from, "_");
    int prefixed = radix > 0 ? digitsEnd(underscore ? from + 1 : from, radix) : from;
    return radix > 0 && prefixed > (underscore ? from + 1 : from) ? prefixed : digitsEnd(start, 1);
  }

  /** The end of digits with single underscores between them. */
  private int digitsEnd(int start, int radix) {
    int at = start;
    while (true) {
      int next = at > start && isAt(at, "_") ? at + 1 : at;
      if (next >= source.length() || !isDigit(source.charAt(next), radix)) {
        return at;
      }
      at = next + 1;
    }
  }

  private static boolean isDigit(char c, int radix) {
    return c < 0x80 && (radix == 1 ? c == '0' : Character.digit(c, radix) >= 0);
  }

  private boolean isAt(int at, String characters) {
    return at < source.length() && characters.indexOf(source.charAt(at)) >= 0;
  }

  private static Long integer(String digits) {
    try {
      String prefix =
          digits.length() > 2 ? digits.substring(0, 2).toLowerCase(java.util.Locale.ROOT) : "";
      return switch (prefix) {
        case "0x" -> Long.valueOf(digits.substring(2), 16);
        case "0o" -> Long.valueOf(digits.substring(2), 8);
        case "0b" -> Long.valueOf(digits.substring(2), 2);
        default -> Long.valueOf(digits);
      };
    } catch (NumberFormatException e) {
      String shown =
          digits.length() > SHOWN_DIGITS
              ? "an integer of " + digits.length() + " digits"
              : "the integer " + digits;
      throw new JinjaException(shown + " is too large");
    }
  }

  private String string(int start, char quote) {
    StringBuilder text = new StringBuilder();
    int at = start + 1;
    while (at < source.length() && source.charAt(at) != quote) {
      at = source.charAt(at) == '\\' ? PythonEscapes.read(source, at, text) : plain(at, text);
    }
    if (at >= source.length()) {
      throw new JinjaException("a text has no closing " + quote);
    }
    end = at + 1;
    return text.toString();
  }

  private int plain(int at, StringBuilder text) {
    text.append(source.charAt(at));
    return at + 1;
  }
}
