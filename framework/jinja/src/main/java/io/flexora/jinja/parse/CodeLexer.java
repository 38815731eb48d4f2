package io.flexora.jinja.parse;

import io.flexora.jinja.dialect.JinjaException;
import io.flexora.jinja.parse.Token.TokenKind;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the tokens inside of tags. */
final class CodeLexer {
  private static final Pattern FLOAT =
      Pattern.compile(
          "(?<!\\.)(\\d+_)*\\d+((\\.(\\d+_)*\\d+)?[eE][+-]?(\\d+_)*\\d+|\\.(\\d+_)*\\d+)");
  private static final Pattern INTEGER =
      Pattern.compile("0[bB](_?[01])+|0[oO](_?[0-7])+|0[xX](_?[0-9a-fA-F])+|[1-9](_?\\d)*|0(_?0)*");
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
      return new Token(TokenKind.NAME, name, null, line);
    }
    if (first == '"' || first == '\'') {
      String value = string(start, first);
      return new Token(TokenKind.LITERAL, source.substring(start, end), value, line);
    }
    if (Character.isDigit(first)) {
      return number(start, line);
    }
    for (String operator : OPERATORS) {
      if (source.startsWith(operator, start)) {
        end = start + operator.length();
        return new Token(TokenKind.OPERATOR, operator, null, line);
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
    Matcher number = FLOAT.matcher(source).region(start, source.length());
    number.useTransparentBounds(true);
    boolean isFloat = number.lookingAt();
    if (!isFloat) {
      number = INTEGER.matcher(source).region(start, source.length());
      if (!number.lookingAt()) {
        throw new JinjaException("malformed number at '" + source.charAt(start) + "'");
      }
    }
    end = number.end();
    String digits = number.group().replace("_", "");
    Object value = isFloat ? (Object) Double.valueOf(digits) : integer(digits);
    return new Token(TokenKind.LITERAL, number.group(), value, line);
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
      throw new JinjaException("the integer " + digits + " is too large");
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
