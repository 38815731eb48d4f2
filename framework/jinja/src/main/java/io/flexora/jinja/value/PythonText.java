package io.flexora.jinja.value;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Values as Python's {@code str} and {@code repr} spell them. */
public final class PythonText {
  private PythonText() {}

  /** {@code str(value)}. */
  public static String string(Run run, Object value) {
    if (value instanceof String text) {
      return text;
    }
    if (value instanceof Undefined undefined) {
      undefined.use();
      return "";
    }
    return repr(run, value);
  }

  /** {@code repr(value)}. */
  public static String repr(Run run, Object value) {
    StringBuilder into = new StringBuilder();
    write(run, value, into);
    return into.toString();
  }

  private static void write(Run run, Object value, StringBuilder into) {
    run.step();
    if (value instanceof String text) {
      run.charge(text.length());
      quote(text, into);
    } else if (value instanceof List<?> list) {
      writeItems(run, list, "[", "]", into);
    } else if (value instanceof Tuple tuple) {
      writeItems(run, tuple.items(), "(", tuple.items().size() == 1 ? ",)" : ")", into);
    } else if (value instanceof Map<?, ?> map) {
      writeMap(run, map, into);
    } else {
      into.append(scalar(value));
    }
  }

  private static void writeItems(
      Run run, List<?> items, String open, String close, StringBuilder into) {
    into.append(open);
    for (int i = 0; i < items.size(); i++) {
      into.append(i == 0 ? "" : ", ");
      write(run, items.get(i), into);
    }
    into.append(close);
  }

  private static void writeMap(Run run, Map<?, ?> map, StringBuilder into) {
    into.append('{');
    String separator = "";
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      into.append(separator);
      write(run, entry.getKey(), into);
      into.append(": ");
      write(run, entry.getValue(), into);
      separator = ", ";
    }
    into.append('}');
  }

  private static String scalar(Object value) {
    if (value == null) {
      return "None";
    }
    if (value instanceof Boolean truth) {
      return truth ? "True" : "False";
    }
    if (value instanceof Number) {
      return NumberText.of(value);
    }
    return value instanceof Undefined ? "Undefined" : "<" + PythonValues.typeName(value) + ">";
  }

  private static void quote(String text, StringBuilder into) {
    char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
    into.append(quote);
    text.codePoints().forEach(c -> escape(c, quote, into));
    into.append(quote);
  }

  private static void escape(int character, char quote, StringBuilder into) {
    int named = "\n\r\t\\".indexOf(character);
    if (named >= 0 || character == quote) {
      into.append('\\').append(named >= 0 ? "nrt\\".charAt(named) : quote);
    } else if (isPrintable(character)) {
      into.appendCodePoint(character);
    } else {
      String form = character < 0x100 ? "\\x%02x" : character < 0x10000 ? "\\u%04x" : "\\U%08x";
      into.append(String.format(Locale.ROOT, form, character));
    }
  }

  private static boolean isPrintable(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> character == ' ';
      default -> true;
    };
  }
}
