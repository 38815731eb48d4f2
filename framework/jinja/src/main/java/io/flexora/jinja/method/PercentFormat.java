package io.flexora.jinja.method;

import io.flexora.jinja.dialect.JinjaException;
import io.flexora.jinja.value.PythonText;
import io.flexora.jinja.value.PythonValues;
import io.flexora.jinja.value.Run;
import io.flexora.jinja.value.Tuple;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Python's {@code format % values}. */
public final class PercentFormat {
  private static final Pattern DIRECTIVE =
      Pattern.compile(
          "%(?:\\(([^)]*)\\))?([-+ 0]*)(\\d{1,4})?(?:\\.(\\d{1,3}))?([diufFeEgGxXosra%])?");

  private PercentFormat() {}

  public static String format(Run run, String format, Object values) {
    List<Object> arguments =
        values instanceof Tuple tuple
            ? tuple.items()
            : List.of(new Object[] {values == null ? "None" : values});
    StringBuilder text = new StringBuilder();
    Matcher directive = DIRECTIVE.matcher(format);
    int at = 0;
    int next = 0;
    while (directive.find()) {
      text.append(format, at, directive.start());
      at = directive.end();
      if (directive.group(5) == null) {
        throw new JinjaException(
            "the format '" + format + "' has an unknown directive '" + directive.group() + "'");
      }
      if (directive.group(5).equals("%")) {
        text.append('%');
        continue;
      }
      Object value;
      if (directive.group(1) != null) {
        value = named(values, directive.group(1));
      } else if (next < arguments.size()) {
        value = arguments.get(next++);
      } else {
        throw new JinjaException("the format '" + format + "' needs more than the values given");
      }
      text.append(run.made(filled(run, directive, value)));
    }
    if (next < arguments.size() && !(values instanceof Map)) {
      throw new JinjaException("the format '" + format + "' does not use all values");
    }
    return text.append(format.substring(at)).toString();
  }

  private static Object named(Object values, String name) {
    if (values instanceof Map<?, ?> map && map.containsKey(name)) {
      return map.get(name);
    }
    throw new JinjaException("the format needs a dictionary with '" + name + "'");
  }

  private static String filled(Run run, Matcher directive, Object value) {
    String type = directive.group(5);
    String flags = directive.group(2);
    String width = directive.group(3) == null ? "" : directive.group(3);
    String precision = directive.group(4) == null ? "" : "." + directive.group(4);
    String align = flags.indexOf('-') >= 0 ? "<" : ">";
    if ("sra".contains(type)) {
      Object text = type.equals("s") ? PythonText.string(run, value) : PythonText.repr(run, value);
      return FormatSpec.format(run, text, align + width + precision + "s");
    }
    if (!PythonValues.isNumber(value)) {
      throw new JinjaException("%" + type + " needs a number, not " + PythonValues.typeName(value));
    }
    String sign = flags.indexOf('+') >= 0 ? "+" : flags.indexOf(' ') >= 0 ? " " : "";
    boolean zero = flags.indexOf('0') >= 0 && flags.indexOf('-') < 0;
    boolean whole = "diu".contains(type);
    Object number = whole && value instanceof Double real ? (Object) real.longValue() : value;
    String spec = zero ? sign + "0" + width : align + sign + width;
    return FormatSpec.format(run, number, whole ? spec + "d" : spec + precision + type);
  }
}
