package io.flexora.jinja.method;

import io.flexora.jinja.value.Numbers;
import io.flexora.jinja.value.PythonValues;
import io.flexora.jinja.value.Run;
import io.flexora.jinja.value.Tuple;
import java.util.ArrayList;
import java.util.List;

/** Python's operators and comparisons on any values. */
public final class Operations {
  private Operations() {}

  public static Object apply(Run run, String operator, Object a, Object b) {
    if (operator.equals("%") && a instanceof String format) {
      return run.made(PercentFormat.format(run, format, b));
    }
    if (PythonValues.isNumber(a) && PythonValues.isNumber(b)) {
      return Numbers.apply(operator, a, b);
    }
    if (operator.equals("+")) {
      return added(run, a, b);
    }
    if (operator.equals("*")) {
      return PythonValues.isNumber(b)
          ? repeated(run, a, Numbers.plain(b))
          : repeated(run, b, Numbers.plain(a));
    }
    throw PythonValues.mismatch(operator, a, b);
  }

  private static Object added(Run run, Object a, Object b) {
    if (a instanceof String x && b instanceof String y) {
      run.charge((long) x.length() + y.length());
      return x + y;
    }
    if (a instanceof List<?> x && b instanceof List<?> y) {
      return joined(run, x, y);
    }
    if (a instanceof Tuple x && b instanceof Tuple y) {
      return new Tuple(joined(run, x.items(), y.items()));
    }
    throw PythonValues.mismatch("+", a, b);
  }

  private static List<Object> joined(Run run, List<?> a, List<?> b) {
    run.charge((long) a.size() + b.size());
    List<Object> all = new ArrayList<>(a);
    all.addAll(b);
    return all;
  }

  private static Object repeated(Run run, Object value, Object times) {
    if (!(times instanceof Long count)
        || !(value instanceof String || value instanceof List || value instanceof Tuple)) {
      throw PythonValues.mismatch("*", value, times);
    }
    int size = value instanceof String text ? text.length() : (int) PythonValues.length(value);
    int repeats = (int) Math.max(0, Math.min(count, Integer.MAX_VALUE));
    run.charge((long) size * repeats);
    if (value instanceof String text) {
      return text.repeat(repeats);
    }
    List<Object> all = new ArrayList<>();
    for (int i = 0; i < repeats; i++) {
      all.addAll(value instanceof Tuple tuple ? tuple.items() : (List<?>) value);
    }
    return value instanceof Tuple ? new Tuple(all) : all;
  }

  public static Object negative(Object value) {
    if (!PythonValues.isNumber(value)) {
      throw PythonValues.mismatch("-", value, value);
    }
    return value instanceof Double number ? (Object) (-number) : Numbers.apply("-", 0L, value);
  }

  /** The truth of a comparison. */
  public static boolean holds(Run run, String operator, Object a, Object b) {
    return switch (operator) {
      case "==" -> PythonValues.equal(run, a, b);
      case "!=" -> !PythonValues.equal(run, a, b);
      case "in" -> PythonValues.contains(run, b, a);
      case "not in" -> !PythonValues.contains(run, b, a);
      case "<" -> PythonValues.compare(run, a, b, operator) < 0;
      case "<=" -> PythonValues.compare(run, a, b, operator) <= 0;
      case ">" -> PythonValues.compare(run, a, b, operator) > 0;
      default -> PythonValues.compare(run, a, b, operator) >= 0;
    };
  }
}
