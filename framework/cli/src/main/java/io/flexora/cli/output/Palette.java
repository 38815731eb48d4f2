package io.flexora.cli.output;

import io.flexora.files.message.Printable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Colours a text, or leaves it alone.
 *
 * @param on whether colours are shown
 * @since 0.1
 */
public record Palette(boolean on) {

  private static final Pattern CODE = Pattern.compile("\u001b\\[(?:0|1|2|31|32)m");

  /** A title or the name of a thing. */
  public String strong(String text) {
    return style("1", text);
  }

  /** What matters less. */
  public String faint(String text) {
    return style("2", text);
  }

  /** Something that is well. */
  public String good(String text) {
    return style("32", text);
  }

  /** Something that is not well. */
  public String bad(String text) {
    return style("31", text);
  }

  /** How many characters of a text are seen: all but the codes of a palette. */
  static int width(String text) {
    return text.indexOf('\u001b') < 0 ? text.length() : CODE.matcher(text).replaceAll("").length();
  }

  /** A text with the control characters of others escaped; the codes of this palette stay. */
  String shown(String text) {
    StringBuilder shown = new StringBuilder();
    Matcher codes = CODE.matcher(text);
    int from = 0;
    while (on && codes.find()) {
      shown.append(Printable.lines(text.substring(from, codes.start()))).append(codes.group());
      from = codes.end();
    }
    return shown.append(Printable.lines(text.substring(from))).toString();
  }

  private String style(String code, String text) {
    return on && !text.isEmpty() ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }
}
