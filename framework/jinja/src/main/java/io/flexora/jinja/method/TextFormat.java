package io.flexora.jinja.method;

import io.flexora.jinja.dialect.JinjaException;
import io.flexora.jinja.value.CallArguments;
import io.flexora.jinja.value.PythonText;
import io.flexora.jinja.value.Run;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Python's {@code str.format}. */
final class TextFormat {
  private static final Pattern STEP = Pattern.compile("\\.([^.\\[]+)|\\[([^\\]]+)]");

  private final Run run;
  private final String format;
  private final CallArguments arguments;
  private int automatic;

  private TextFormat(Run run, String format, CallArguments arguments) {
    this.run = run;
    this.format = format;
    this.arguments = arguments;
  }

  static String format(Run run, String format, CallArguments arguments) {
    return new TextFormat(run, format, arguments).filled();
  }

  private String filled() {
    StringBuilder text = new StringBuilder();
    int at = 0;
    while (at < format.length()) {
      char c = format.charAt(at);
      if ((c == '{' || c == '}') && at + 1 < format.length() && format.charAt(at + 1) == c) {
        text.append(c);
        at += 2;
      } else if (c == '{') {
        int end = end(at);
        text.append(run.made(field(format.substring(at + 1, end))));
        at = end + 1;
      } else if (c == '}') {
        throw new JinjaException("a lone '}' in the format '" + format + "'");
      } else {
        text.append(c);
        at++;
      }
    }
    return text.toString();
  }

  private int end(int open) {
    int depth = 0;
    for (int i = open; i < format.length(); i++) {
      depth += format.charAt(i) == '{' ? 1 : format.charAt(i) == '}' ? -1 : 0;
      if (depth == 0) {
        return i;
      }
    }
    throw new JinjaException("a '{' has no '}' in the format '" + format + "'");
  }

  private String field(String field) {
    int colon = field.indexOf(':');
    String front = colon < 0 ? field : field.substring(0, colon);
    String spec = colon < 0 ? "" : field.substring(colon + 1);
    int bang = front.indexOf('!');
    Object value = value(bang < 0 ? front : front.substring(0, bang));
    if (bang >= 0) {
      value =
          front.substring(bang).equals("!r")
              ? PythonText.repr(run, value)
              : PythonText.string(run, value);
    }
    String filledSpec = spec.indexOf('{') < 0 ? spec : nested(spec);
    return FormatSpec.format(run, value, filledSpec);
  }

  private String nested(String spec) {
    return Pattern.compile("\\{([^{}]*)}")
        .matcher(spec)
        .replaceAll(m -> Matcher.quoteReplacement(PythonText.string(run, value(m.group(1)))));
  }

  private Object value(String path) {
    int end = 0;
    while (end < path.length() && path.charAt(end) != '.' && path.charAt(end) != '[') {
      end++;
    }
    Object value = argument(path.substring(0, end));
    Matcher step = STEP.matcher(path).region(end, path.length());
    while (step.lookingAt()) {
      value =
          step.group(1) != null
              ? Access.attribute(run, value, step.group(1))
              : Access.item(run, value, index(step.group(2)));
      step.region(step.end(), path.length());
    }
    return value;
  }

  private static Object index(String written) {
    return isIndex(written) ? (Object) Long.valueOf(written) : written;
  }

  private static boolean isIndex(String text) {
    return !text.isEmpty()
        && text.length() < 10
        && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private Object argument(String name) {
    if (name.isEmpty() || isIndex(name)) {
      int index = name.isEmpty() ? automatic++ : Integer.parseInt(name);
      if (index >= arguments.positional().size()) {
        throw new JinjaException("the format '" + format + "' needs more than the arguments given");
      }
      return arguments.positional().get(index);
    }
    if (!arguments.named().containsKey(name)) {
      throw new JinjaException("the format '" + format + "' needs an argument '" + name + "'");
    }
    return arguments.named().get(name);
  }
}
