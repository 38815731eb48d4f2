package io.flexora.jinja.method;

import io.flexora.jinja.dialect.JinjaException;
import io.flexora.jinja.value.CallArguments;
import io.flexora.jinja.value.Callable;
import io.flexora.jinja.value.PythonSpace;
import io.flexora.jinja.value.PythonValues;
import io.flexora.jinja.value.Run;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;

/** The methods of Python's texts. */
public final class TextMethods {
  private static final Map<String, TextMethod> METHODS = new HashMap<>();

  static {
    change("lower", TextCase::lower);
    change("upper", TextCase::upper);
    change("casefold", s -> TextCase.lower(TextCase.upper(s)));
    change("capitalize", TextCase::capitalized);
    change("title", TextCase::title);
    change("swapcase", TextCase::swapped);
    test("isdigit", Character::isDigit);
    test("isdecimal", Character::isDigit);
    test("isnumeric", Character::isDigit);
    test("isalpha", Character::isLetter);
    test("isalnum", Character::isLetterOrDigit);
    test("isspace", PythonSpace::is);
    METHODS.put("isupper", (run, s, a) -> TextCase.isUpper(s));
    METHODS.put("islower", (run, s, a) -> TextCase.isLower(s));
    METHODS.put("format", TextFormat::format);
    METHODS.put("join", TextMethods::join);
    TextSearch.register(METHODS);
    TextParts.register(METHODS);
  }

  private TextMethods() {}

  private static void change(String name, UnaryOperator<String> change) {
    METHODS.put(
        name,
        (run, s, a) -> {
          a.bind(name, 0);
          return change.apply(s);
        });
  }

  private static void test(String name, IntPredicate character) {
    METHODS.put(name, (run, s, a) -> !s.isEmpty() && s.codePoints().allMatch(character));
  }

  /** A method bound to a text, or null if there is none of that name. */
  public static Callable of(String text, String name) {
    TextMethod method = METHODS.get(name);
    return method == null ? null : (run, arguments) -> called(run, method, text, arguments);
  }

  /** The names of all methods. */
  static Set<String> names() {
    return Set.copyOf(METHODS.keySet());
  }

  private static Object called(Run run, TextMethod method, String text, CallArguments arguments) {
    run.read(text);
    Object result = method.call(run, text, arguments);
    return result instanceof String made ? run.made(made) : result;
  }

  private static Object join(Run run, String separator, CallArguments arguments) {
    List<Object> items = PythonValues.items(run, arguments.bind("join", 1, "iterable").get(0));
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < items.size(); i++) {
      if (!(items.get(i) instanceof String item)) {
        throw new JinjaException(
            "'join' needs texts, but element %d is of type %s"
                .formatted(i, PythonValues.typeName(items.get(i))));
      }
      run.charge((long) separator.length() + item.length());
      text.append(i == 0 ? "" : separator).append(item);
    }
    return text.toString();
  }
}
