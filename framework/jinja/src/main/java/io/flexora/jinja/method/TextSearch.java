package io.flexora.jinja.method;

import io.flexora.jinja.dialect.JinjaException;
import io.flexora.jinja.value.CallArguments;
import io.flexora.jinja.value.CallArguments.BoundArguments;
import io.flexora.jinja.value.CodePoints;
import io.flexora.jinja.value.PythonValues;
import io.flexora.jinja.value.Run;
import io.flexora.jinja.value.Tuple;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;

/** The methods of texts that find and replace. */
public final class TextSearch {
  private TextSearch() {}

  static void register(Map<String, TextMethod> methods) {
    methods.put("startswith", (run, s, a) -> affix(run, "startswith", s, a, String::startsWith));
    methods.put("endswith", (run, s, a) -> affix(run, "endswith", s, a, String::endsWith));
    methods.put("find", (run, s, a) -> found(run, "find", s, a, false, false));
    methods.put("rfind", (run, s, a) -> found(run, "rfind", s, a, true, false));
    methods.put("index", (run, s, a) -> found(run, "index", s, a, false, true));
    methods.put("rindex", (run, s, a) -> found(run, "rindex", s, a, true, true));
    methods.put("count", TextSearch::count);
    methods.put("replace", TextSearch::replace);
    methods.put("removeprefix", (run, s, a) -> removed("removeprefix", s, a, true));
    methods.put("removesuffix", (run, s, a) -> removed("removesuffix", s, a, false));
  }

  private static boolean affix(
      Run run,
      String name,
      String text,
      CallArguments arguments,
      BiPredicate<String, String> test) {
    BoundArguments bound = arguments.bind(name, 1, "affix");
    if (bound.get(0) instanceof Tuple tuple) {
      tuple.items().forEach(run::read);
      return PythonValues.items(run, tuple).stream()
          .anyMatch(i -> i instanceof String s && test.test(text, s));
    }
    return test.test(text, bound.text(0));
  }

  private static Object found(
      Run run, String name, String text, CallArguments arguments, boolean last, boolean must) {
    BoundArguments bound = arguments.bind(name, 1, "sub", "start", "end");
    String part = bound.text(0);
    boolean whole = !bound.has(1) && !bound.has(2);
    long start = bound.has(1) && bound.get(1) != null ? bound.integer(1) : 0;
    String searched =
        whole ? text : (String) Slices.of(run, text, bound.or(1, null), bound.or(2, null), null);
    run.search(searched, part);
    long index =
        CodePoints.index(searched, last ? searched.lastIndexOf(part) : searched.indexOf(part));
    if (index < 0 || start > PythonValues.length(text)) {
      if (must) {
        throw new JinjaException("'" + name + "' does not find '" + part + "'");
      }
      return -1L;
    }
    return index + (start < 0 ? Math.max(0, PythonValues.length(text) + start) : start);
  }

  private static Object count(Run run, String text, CallArguments arguments) {
    String part = arguments.bind("count", 1, "sub").text(0);
    if (part.isEmpty()) {
      return PythonValues.length(text) + 1;
    }
    run.search(text, part);
    long count = 0;
    for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length())) {
      count++;
    }
    return count;
  }

  private static Object replace(Run run, String text, CallArguments arguments) {
    BoundArguments bound = arguments.bind("replace", 2, "old", "new", "count");
    return replaced(run, text, bound.text(0), bound.text(1), bound.integerOr(2, -1));
  }

  /** Replaces a part, everywhere or so many times. */
  public static String replaced(Run run, String text, String part, String by, int count) {
    if (part.isEmpty()) {
      return spread(run, text, by, count);
    }
    run.search(text, part);
    StringBuilder result = new StringBuilder();
    int from = 0;
    int left = count < 0 ? Integer.MAX_VALUE : count;
    for (int at = text.indexOf(part); at >= 0 && left > 0; at = text.indexOf(part, from), left--) {
      run.charge(by.length());
      result.append(text, from, at).append(by);
      from = at + part.length();
    }
    return result.append(text.substring(from)).toString();
  }

  private static String spread(Run run, String text, String by, int count) {
    List<String> characters = CodePoints.characters(text);
    StringBuilder result = new StringBuilder();
    int left = count < 0 ? Integer.MAX_VALUE : count;
    for (int i = 0; i <= characters.size(); i++) {
      if (left-- > 0) {
        run.charge(by.length());
        result.append(by);
      }
      result.append(i < characters.size() ? characters.get(i) : "");
    }
    return result.toString();
  }

  private static String removed(String name, String text, CallArguments arguments, boolean front) {
    String affix = arguments.bind(name, 1, "affix").text(0);
    if (front) {
      return text.startsWith(affix) ? text.substring(affix.length()) : text;
    }
    return !affix.isEmpty() && text.endsWith(affix)
        ? text.substring(0, text.length() - affix.length())
        : text;
  }
}
