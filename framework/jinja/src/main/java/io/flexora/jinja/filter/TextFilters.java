package io.flexora.jinja.filter;

import io.flexora.jinja.method.Operations;
import io.flexora.jinja.method.PercentFormat;
import io.flexora.jinja.method.TextCase;
import io.flexora.jinja.method.TextMethods;
import io.flexora.jinja.method.TextParts;
import io.flexora.jinja.method.TextSearch;
import io.flexora.jinja.value.CallArguments;
import io.flexora.jinja.value.CallArguments.BoundArguments;
import io.flexora.jinja.value.Callable;
import io.flexora.jinja.value.PythonText;
import io.flexora.jinja.value.Run;
import io.flexora.jinja.value.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Filters of texts; other values are made texts first. */
final class TextFilters {
  private static final Pattern WORD_START =
      Pattern.compile("[-\\s({\\[<]+", Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern WORD = Pattern.compile("\\w+", Pattern.UNICODE_CHARACTER_CLASS);

  private TextFilters() {}

  static void register(Map<String, Filter> filters) {
    change(filters, "lower", TextCase::lower);
    change(filters, "upper", TextCase::upper);
    change(filters, "capitalize", TextCase::capitalized);
    change(filters, "title", TextFilters::title);
    change(filters, "escape", TextFilters::escaped);
    change(filters, "e", TextFilters::escaped);
    filters.put("trim", TextFilters::trim);
    filters.put("replace", TextFilters::replace);
    filters.put("center", TextFilters::center);
    filters.put("format", TextFilters::format);
    filters.put("indent", TextFilters::indent);
    filters.put("wordcount", TextFilters::wordCount);
  }

  private static void change(
      Map<String, Filter> filters, String name, UnaryOperator<String> change) {
    filters.put(
        name,
        (run, v, a) -> {
          a.bind(name, 0);
          return change.apply(PythonText.string(run, v));
        });
  }

  private static String title(String text) {
    StringBuilder result = new StringBuilder();
    Matcher gap = WORD_START.matcher(text);
    int from = 0;
    while (gap.find()) {
      result.append(TextCase.capitalized(text.substring(from, gap.start()))).append(gap.group());
      from = gap.end();
    }
    return result.append(TextCase.capitalized(text.substring(from))).toString();
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace(">", "&gt;")
        .replace("<", "&lt;")
        .replace("'", "&#39;")
        .replace("\"", "&#34;");
  }

  private static Object trim(Run run, Object value, CallArguments arguments) {
    String characters = arguments.bind("trim", 0, "chars").textOr(0, null);
    return TextParts.stripped(run, PythonText.string(run, value), characters, true, true);
  }

  private static Object replace(Run run, Object value, CallArguments arguments) {
    BoundArguments bound = arguments.bind("replace", 2, "old", "new", "count");
    return TextSearch.replaced(
        run,
        PythonText.string(run, value),
        PythonText.string(run, bound.get(0)),
        PythonText.string(run, bound.get(1)),
        bound.integerOr(2, -1));
  }

  private static Object center(Run run, Object value, CallArguments arguments) {
    Object width = arguments.bind("center", 0, "width").or(0, 80L);
    Callable method = TextMethods.of(PythonText.string(run, value), "center");
    return method.call(run, new CallArguments(List.of(width), Map.of()));
  }

  private static Object format(Run run, Object value, CallArguments arguments) {
    Object values =
        arguments.named().isEmpty() ? new Tuple(arguments.positional()) : arguments.named();
    return PercentFormat.format(run, PythonText.string(run, value), values);
  }

  private static Object indent(Run run, Object value, CallArguments arguments) {
    BoundArguments bound = arguments.bind("indent", 0, "width", "first", "blank");
    String by =
        bound.has(0) && bound.get(0) instanceof String text
            ? text
            : Operations.apply(run, "*", " ", bound.or(0, 4L)).toString();
    boolean blank = bound.isTrue(2);
    List<String> lines = TextParts.lines(run, PythonText.string(run, value) + "\n", false);
    List<String> indented = new ArrayList<>();
    for (String line : lines) {
      boolean indents = indented.isEmpty() ? bound.isTrue(1) : blank || !line.isEmpty();
      run.charge(by.length() + line.length());
      indented.add(indents ? by + line : line);
    }
    return String.join("\n", indented);
  }

  private static Object wordCount(Run run, Object value, CallArguments arguments) {
    return WORD.matcher(PythonText.string(run, value)).results().count();
  }
}
