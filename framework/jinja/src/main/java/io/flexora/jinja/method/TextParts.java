package io.flexora.jinja.method;

import io.flexora.jinja.dialect.JinjaException;
import io.flexora.jinja.value.CallArguments;
import io.flexora.jinja.value.CallArguments.BoundArguments;
import io.flexora.jinja.value.PythonSpace;
import io.flexora.jinja.value.PythonValues;
import io.flexora.jinja.value.Run;
import io.flexora.jinja.value.Tuple;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** The methods of texts that strip, split and pad. */
public final class TextParts {
  private TextParts() {}

  static void register(Map<String, TextMethod> methods) {
    methods.put("strip", (run, s, a) -> stripped(run, "strip", s, a, true, true));
    methods.put("lstrip", (run, s, a) -> stripped(run, "lstrip", s, a, true, false));
    methods.put("rstrip", (run, s, a) -> stripped(run, "rstrip", s, a, false, true));
    methods.put("split", (run, s, a) -> split(run, "split", s, a, false));
    methods.put("rsplit", (run, s, a) -> split(run, "rsplit", s, a, true));
    methods.put("splitlines", TextParts::lines);
    methods.put("partition", (run, s, a) -> partition(run, "partition", s, a, false));
    methods.put("rpartition", (run, s, a) -> partition(run, "rpartition", s, a, true));
    methods.put("zfill", TextParts::zeroFilled);
    methods.put("ljust", (run, s, a) -> padded(run, "ljust", s, a));
    methods.put("rjust", (run, s, a) -> padded(run, "rjust", s, a));
    methods.put("center", (run, s, a) -> padded(run, "center", s, a));
  }

  private static String stripped(
      Run run, String name, String text, CallArguments arguments, boolean left, boolean right) {
    BoundArguments bound = arguments.bind(name, 0, "chars");
    return stripped(run, text, bound.textOr(0, null), left, right);
  }

  /** Strips characters, or white space where they are null. */
  public static String stripped(
      Run run, String text, String characters, boolean left, boolean right) {
    run.look(characters == null ? 0 : (long) text.length() * characters.length());
    int start = 0;
    int end = text.length();
    while (left && start < end && strips(characters, text.codePointAt(start))) {
      start += Character.charCount(text.codePointAt(start));
    }
    while (right && end > start && strips(characters, text.codePointBefore(end))) {
      end -= Character.charCount(text.codePointBefore(end));
    }
    return text.substring(start, end);
  }

  private static boolean strips(String characters, int character) {
    return characters == null ? PythonSpace.is(character) : characters.indexOf(character) >= 0;
  }

  private static Object split(
      Run run, String name, String text, CallArguments arguments, boolean fromRight) {
    BoundArguments bound = arguments.bind(name, 0, "sep", "maxsplit");
    String separator = bound.textOr(0, null);
    int most = bound.integerOr(1, -1);
    int left = most < 0 ? Integer.MAX_VALUE : most;
    if (separator != null && separator.isEmpty()) {
      throw new JinjaException("'" + name + "' needs a separator that is not empty");
    }
    if (separator != null) {
      run.search(text, separator);
    }
    List<Object> parts =
        separator == null
            ? fromRight ? wordsRight(text, left) : wordsLeft(text, left)
            : fromRight ? splitRight(text, separator, left) : splitLeft(text, separator, left);
    run.charge((long) parts.size() + text.length());
    return parts;
  }

  private static List<Object> splitLeft(String text, String separator, int most) {
    List<Object> parts = new ArrayList<>();
    int from = 0;
    for (int at = text.indexOf(separator); at >= 0 && parts.size() < most; ) {
      parts.add(text.substring(from, at));
      from = at + separator.length();
      at = text.indexOf(separator, from);
    }
    parts.add(text.substring(from));
    return parts;
  }

  private static List<Object> splitRight(String text, String separator, int most) {
    List<Object> parts = new ArrayList<>();
    int end = text.length();
    for (int at = lastBefore(text, separator, end); at >= 0 && parts.size() < most; ) {
      parts.add(text.substring(at + separator.length(), end));
      end = at;
      at = lastBefore(text, separator, end);
    }
    parts.add(text.substring(0, end));
    Collections.reverse(parts);
    return parts;
  }

  private static int lastBefore(String text, String separator, int end) {
    return end < separator.length() ? -1 : text.lastIndexOf(separator, end - separator.length());
  }

  private static List<Object> wordsLeft(String text, int most) {
    List<Object> words = new ArrayList<>();
    int at = PythonSpace.skip(text, 0);
    while (at < text.length()) {
      int end = words.size() == most ? text.length() : spaceAfter(text, at);
      words.add(text.substring(at, end));
      at = PythonSpace.skip(text, end);
    }
    return words;
  }

  private static List<Object> wordsRight(String text, int most) {
    List<Object> words = new ArrayList<>();
    int end = PythonSpace.skipBack(text, text.length());
    while (end > 0) {
      int start = words.size() == most ? 0 : wordStart(text, end);
      words.add(text.substring(start, end));
      end = PythonSpace.skipBack(text, start);
    }
    Collections.reverse(words);
    return words;
  }

  private static int spaceAfter(String text, int from) {
    int at = from;
    while (at < text.length() && !PythonSpace.is(text.charAt(at))) {
      at++;
    }
    return at;
  }

  private static int wordStart(String text, int end) {
    int at = end;
    while (at > 0 && !PythonSpace.is(text.charAt(at - 1))) {
      at--;
    }
    return at;
  }

  private static Object lines(Run run, String text, CallArguments arguments) {
    return new ArrayList<Object>(
        lines(run, text, arguments.bind("splitlines", 0, "keepends").isTrue(0)));
  }

  /** The lines of a text, with their ends or without. */
  public static List<String> lines(Run run, String text, boolean keep) {
    List<String> lines = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < text.length(); i++) {
      if (isLineEnd(text.charAt(i))) {
        int end = i + (text.startsWith("\r\n", i) ? 2 : 1);
        lines.add(text.substring(from, keep ? end : i));
        from = end;
        i = end - 1;
      }
    }
    if (from < text.length()) {
      lines.add(text.substring(from));
    }
    run.charge((long) lines.size() + text.length());
    return lines;
  }

  private static boolean isLineEnd(char c) {
    return (c >= '\n' && c <= '\r')
        || (c >= 0x1c && c <= 0x1e)
        || c == 0x85
        || c == 0x2028
        || c == 0x2029;
  }

  private static Object partition(
      Run run, String name, String text, CallArguments arguments, boolean last) {
    String separator = arguments.bind(name, 1, "sep").text(0);
    run.search(text, separator);
    run.charge(text.length());
    int at = last ? text.lastIndexOf(separator) : text.indexOf(separator);
    if (at < 0) {
      return last ? Tuple.of("", "", text) : Tuple.of(text, "", "");
    }
    return Tuple.of(text.substring(0, at), separator, text.substring(at + separator.length()));
  }

  private static Object zeroFilled(Run run, String text, CallArguments arguments) {
    int missing = missing(run, text, arguments.bind("zfill", 1, "width").integer(0));
    boolean signed = !text.isEmpty() && "+-".indexOf(text.charAt(0)) >= 0;
    return signed
        ? text.charAt(0) + "0".repeat(missing) + text.substring(1)
        : "0".repeat(missing) + text;
  }

  private static int missing(Run run, String text, int width) {
    int missing = Math.max(0, width - (int) PythonValues.length(text));
    run.charge(missing);
    return missing;
  }

  private static Object padded(Run run, String name, String text, CallArguments arguments) {
    BoundArguments bound = arguments.bind(name, 1, "width", "fillchar");
    int width = bound.integer(0);
    int missing = missing(run, text, width);
    String fill = bound.textOr(1, " ");
    if (PythonValues.length(fill) != 1) {
      throw new JinjaException("'%s' fills with one character, not '%s'".formatted(name, fill));
    }
    int left =
        switch (name) {
          case "ljust" -> 0;
          case "rjust" -> missing;
          default -> missing / 2 + (missing & width & 1);
        };
    return fill.repeat(left) + text + fill.repeat(missing - left);
  }
}
