package io.flexora.jinja.filter;

import io.flexora.jinja.dialect.JinjaException;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;

/** The directives of Python's {@code strftime}, in English. */
final class Strftime {
  private static final Map<String, String> PATTERNS =
      Map.ofEntries(
          Map.entry("a", "EEE"),
          Map.entry("A", "EEEE"),
          Map.entry("b", "MMM"),
          Map.entry("h", "MMM"),
          Map.entry("B", "MMMM"),
          Map.entry("d", "dd"),
          Map.entry("-d", "d"),
          Map.entry("m", "MM"),
          Map.entry("-m", "M"),
          Map.entry("y", "yy"),
          Map.entry("Y", "uuuu"),
          Map.entry("H", "HH"),
          Map.entry("-H", "H"),
          Map.entry("I", "hh"),
          Map.entry("-I", "h"),
          Map.entry("M", "mm"),
          Map.entry("S", "ss"),
          Map.entry("p", "a"),
          Map.entry("j", "DDD"),
          Map.entry("F", "uuuu-MM-dd"),
          Map.entry("T", "HH:mm:ss"),
          Map.entry("D", "MM/dd/yy"),
          Map.entry("R", "HH:mm"));

  private Strftime() {}

  static String format(LocalDateTime time, String format) {
    StringBuilder text = new StringBuilder();
    int at = 0;
    while (at < format.length()) {
      char c = format.charAt(at++);
      if (c != '%' || at == format.length()) {
        text.append(c);
        continue;
      }
      int end = format.charAt(at) == '-' && at + 1 < format.length() ? at + 2 : at + 1;
      text.append(directive(time, format.substring(at, end)));
      at = end;
    }
    return text.toString();
  }

  private static String directive(LocalDateTime time, String directive) {
    if (directive.equals("%")) {
      return "%";
    }
    String pattern = PATTERNS.get(directive);
    if (pattern == null) {
      throw new JinjaException("'strftime_now' does not know %" + directive);
    }
    return DateTimeFormatter.ofPattern(pattern, Locale.US).format(time);
  }
}
