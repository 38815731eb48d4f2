package io.flexora.jinja.filter;

import io.flexora.files.message.NearestName;
import io.flexora.jinja.dialect.JinjaException;
import io.flexora.jinja.method.Operations;
import io.flexora.jinja.method.TextCase;
import io.flexora.jinja.value.CallArguments;
import io.flexora.jinja.value.Callable;
import io.flexora.jinja.value.Numbers;
import io.flexora.jinja.value.PythonText;
import io.flexora.jinja.value.PythonValues;
import io.flexora.jinja.value.Run;
import io.flexora.jinja.value.Tuple;
import io.flexora.jinja.value.Undefined;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The tests of jinja2, which stand after {@code is}. */
public final class TestFunctions {

  /** A predicate of a value. */
  public interface TestFunction {
    boolean holds(Run run, Object value, CallArguments arguments);
  }

  private static final Map<String, TestFunction> TESTS = new HashMap<>();

  static {
    simple("defined", v -> !(v instanceof Undefined));
    simple("undefined", v -> v instanceof Undefined);
    simple("none", v -> v == null);
    simple("boolean", v -> v instanceof Boolean);
    simple("true", v -> Boolean.TRUE.equals(v));
    simple("false", v -> Boolean.FALSE.equals(v));
    simple("integer", v -> v instanceof Long);
    simple("float", v -> v instanceof Double);
    simple("number", PythonValues::isNumber);
    simple("string", v -> v instanceof String);
    simple("mapping", v -> v instanceof Map);
    simple("iterable", PythonValues::isIterable);
    simple(
        "sequence",
        v ->
            v instanceof String
                || v instanceof List
                || v instanceof Tuple
                || v instanceof Map
                || v instanceof Undefined);
    simple("callable", v -> v instanceof Callable);
    simple("odd", v -> remainder(v, 2L) == 1);
    simple("even", v -> remainder(v, 2L) == 0);
    TESTS.put("lower", (run, v, a) -> TextCase.isLower(read(run, v)));
    TESTS.put("upper", (run, v, a) -> TextCase.isUpper(read(run, v)));
    TESTS.put("divisibleby", (run, v, a) -> remainder(v, other("divisibleby", a)) == 0);
    TESTS.put("in", (run, v, a) -> PythonValues.contains(run, other("in", a), v));
    TESTS.put("sameas", (run, v, a) -> same(run, v, other("sameas", a)));
    TESTS.put("filter", (run, v, a) -> isKnown(read(run, v), Filters.of(run.options())::named));
    TESTS.put("test", (run, v, a) -> isKnown(read(run, v), TestFunctions::named));
    comparison("==", "eq", "equalto", "==");
    comparison("!=", "ne", "!=");
    comparison("<", "lt", "lessthan", "<");
    comparison("<=", "le", "<=");
    comparison(">", "gt", "greaterthan", ">");
    comparison(">=", "ge", ">=");
  }

  private TestFunctions() {}

  /**
   * The test of a name.
   *
   * @throws JinjaException if there is none
   */
  public static TestFunction named(String name) {
    TestFunction test = TESTS.get(name);
    if (test == null) {
      throw new JinjaException(
          "unknown test '" + name + "'" + NearestName.hint(name, TESTS.keySet()));
    }
    return test;
  }

  private static void simple(String name, Predicate<Object> test) {
    TESTS.put(
        name,
        (run, v, a) -> {
          a.bind(name, 0);
          return test.test(v);
        });
  }

  private static void comparison(String operator, String... names) {
    for (String name : names) {
      TESTS.put(name, (run, v, a) -> Operations.holds(run, operator, v, other(name, a)));
    }
  }

  private static Object other(String name, CallArguments arguments) {
    return arguments.bind(name, 1, "other").get(0);
  }

  private static double remainder(Object value, Object by) {
    if (!PythonValues.isNumber(value) || !PythonValues.isNumber(by)) {
      throw PythonValues.mismatch("%", value, by);
    }
    return Numbers.real(Numbers.apply("%", value, by));
  }

  private static String read(Run run, Object value) {
    run.read(value);
    return PythonText.string(run, value);
  }

  private static boolean same(Run run, Object a, Object b) {
    run.read(a);
    boolean simple = a instanceof Boolean || a instanceof String || a instanceof Number;
    return simple ? a.equals(b) : a == b;
  }

  private static boolean isKnown(String name, Consumer<String> lookUp) {
    try {
      lookUp.accept(name);
      return true;
    } catch (JinjaException e) {
      return false;
    }
  }
}
