package io.flexora.jinja.filter;

import io.flexora.jinja.dialect.JinjaException;
import io.flexora.jinja.method.Operations;
import io.flexora.jinja.value.CallArguments;
import io.flexora.jinja.value.CallArguments.BoundArguments;
import io.flexora.jinja.value.NumberText;
import io.flexora.jinja.value.PythonText;
import io.flexora.jinja.value.PythonValues;
import io.flexora.jinja.value.Run;
import io.flexora.jinja.value.Tuple;
import io.flexora.jinja.value.Undefined;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** JSON as Python's {@code json.dumps} spells it. */
final class Json {
  private final Run run;
  private final boolean ascii;
  private final String indent;
  private final String itemSeparator;
  private final String keySeparator;
  private final boolean sorted;
  private final StringBuilder text = new StringBuilder();

  private Json(
      Run run,
      boolean ascii,
      String indent,
      String itemSeparator,
      String keySeparator,
      boolean sorted) {
    this.run = run;
    this.ascii = ascii;
    this.indent = indent;
    this.itemSeparator = itemSeparator;
    this.keySeparator = keySeparator;
    this.sorted = sorted;
  }

  /** The filter of transformers' chat templates. */
  static Object chat(Run run, Object value, CallArguments arguments) {
    BoundArguments bound =
        arguments.bind("tojson", 0, "ensure_ascii", "indent", "separators", "sort_keys");
    String indent = indent(run, bound.or(1, null));
    String item = indent == null ? ", " : ",";
    String key = ": ";
    if (bound.or(2, null) != null) {
      List<Object> separators = PythonValues.items(run, bound.get(2));
      if (separators.size() != 2) {
        throw new JinjaException("'tojson' needs two separators, not " + separators.size());
      }
      item = PythonText.string(run, separators.get(0));
      key = PythonText.string(run, separators.get(1));
    }
    return new Json(run, bound.isTrue(0), indent, item, key, bound.isTrue(3)).written(value);
  }

  /** The filter of jinja2 itself, whose text is safe in HTML. */
  static Object html(Run run, Object value, CallArguments arguments) {
    String indent = indent(run, arguments.bind("tojson", 0, "indent").or(0, null));
    String json =
        new Json(run, true, indent, indent == null ? ", " : ",", ": ", true).written(value);
    return json.replace("<", "\\u003c")
        .replace(">", "\\u003e")
        .replace("&", "\\u0026")
        .replace("'", "\\u0027");
  }

  private static String indent(Run run, Object indent) {
    return indent == null || indent instanceof String
        ? (String) indent
        : Operations.apply(run, "*", " ", indent).toString();
  }

  private String written(Object value) {
    write(value, "\n");
    return text.toString();
  }

  private void write(Object value, String newline) {
    run.step();
    if (value instanceof String string) {
      quote(string);
    } else if (value instanceof Map<?, ?> map) {
      writeMap(map, newline);
    } else if (value instanceof List || value instanceof Tuple) {
      writeList(PythonValues.items(run, value), newline);
    } else {
      text.append(scalar(value));
    }
  }

  private static String scalar(Object value) {
    if (value == null || value instanceof Boolean) {
      return String.valueOf(value);
    }
    if (value instanceof Long) {
      return value.toString();
    }
    if (value instanceof Double number) {
      if (number.isNaN() || number.isInfinite()) {
        return number.isNaN() ? "NaN" : number > 0 ? "Infinity" : "-Infinity";
      }
      return NumberText.of(number);
    }
    throw value instanceof Undefined undefined
        ? undefined.refusal()
        : new JinjaException(
            "a value of type " + PythonValues.typeName(value) + " cannot be written as JSON");
  }

  private void writeList(List<?> items, String newline) {
    if (items.isEmpty()) {
      text.append("[]");
      return;
    }
    String inner = indent == null ? "" : newline + indent;
    text.append('[');
    for (int i = 0; i < items.size(); i++) {
      separate(i == 0 ? "" : itemSeparator, inner);
      write(items.get(i), inner);
    }
    text.append(indent == null ? "" : newline).append(']');
  }

  private void writeMap(Map<?, ?> map, String newline) {
    if (map.isEmpty()) {
      text.append("{}");
      return;
    }
    String inner = indent == null ? "" : newline + indent;
    List<Map.Entry<?, ?>> entries = new ArrayList<>(map.entrySet());
    if (sorted) {
      entries.sort((a, b) -> PythonValues.compare(run, a.getKey(), b.getKey(), "<"));
    }
    text.append('{');
    String between = "";
    for (Map.Entry<?, ?> entry : entries) {
      separate(between, inner);
      Object key = entry.getKey();
      quote(key instanceof String string ? string : scalar(key));
      text.append(keySeparator);
      write(entry.getValue(), inner);
      between = itemSeparator;
    }
    text.append(indent == null ? "" : newline).append('}');
  }

  private void separate(String between, String newline) {
    run.charge((long) between.length() + newline.length() + keySeparator.length());
    text.append(between).append(newline);
  }

  private void quote(String string) {
    run.charge(string.length());
    text.append('"');
    for (int i = 0; i < string.length(); i++) {
      char c = string.charAt(i);
      int named = "\"\\\n\r\t\f\b".indexOf(c);
      if (named >= 0) {
        text.append('\\').append("\"\\nrtfb".charAt(named));
      } else if (c < 0x20 || (ascii && c > 0x7e)) {
        text.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        text.append(c);
      }
    }
    text.append('"');
  }
}
