package io.flexora.jinja.value;

import io.flexora.jinja.dialect.JinjaException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The operations that Python's values have in common: truth, equality, order, elements. */
public final class PythonValues {
  private PythonValues() {}

  public static String typeName(Object value) {
    if (value == null) {
      return "NoneType";
    }
    if (value instanceof String) {
      return "str";
    }
    if (value instanceof Boolean) {
      return "bool";
    }
    if (value instanceof Long) {
      return "int";
    }
    if (value instanceof Double) {
      return "float";
    }
    if (value instanceof Map) {
      return "dict";
    }
    return value instanceof List ? "list" : otherTypeName(value);
  }

  private static String otherTypeName(Object value) {
    if (value instanceof Tuple) {
      return "tuple";
    }
    if (value instanceof Callable) {
      return "function";
    }
    return value instanceof OneShot ? "generator" : value.getClass().getSimpleName();
  }

  public static boolean isTrue(Object value) {
    if (value instanceof Undefined undefined) {
      undefined.use();
      return false;
    }
    if (value instanceof Boolean truth) {
      return truth;
    }
    if (value instanceof Number number) {
      return number.doubleValue() != 0;
    }
    return value != null && !isEmpty(value);
  }

  private static boolean isEmpty(Object value) {
    return (value instanceof String text && text.isEmpty())
        || (value instanceof List<?> list && list.isEmpty())
        || (value instanceof Map<?, ?> map && map.isEmpty())
        || (value instanceof Tuple tuple && tuple.items().isEmpty());
  }

  /** A value as it is looked up in a dictionary, where {@code 1} and {@code 1.0} are one. */
  public static Object key(Run run, Object value) {
    run.step();
    run.read(value);
    if (value instanceof Undefined undefined) {
      throw undefined.refusal();
    }
    if (value instanceof List || value instanceof Map) {
      throw new JinjaException("a " + typeName(value) + " cannot be a key");
    }
    if (value instanceof Double number && number == Math.rint(number) && Math.abs(number) < 1e15) {
      return number.longValue();
    }
    if (value instanceof Tuple tuple) {
      tuple.items().forEach(item -> key(run, item));
    }
    return value;
  }

  public static boolean equal(Run run, Object a, Object b) {
    run.step();
    if (a instanceof Undefined || b instanceof Undefined) {
      return undefinedEqual(a, b);
    }
    if (isNumber(a) && isNumber(b)) {
      return Numbers.compare(a, b) == 0 && !Numbers.isNaN(a);
    }
    if (a == b) {
      return true;
    }
    if (a instanceof String x && b instanceof String y) {
      run.look(x.length() == y.length() ? x.length() : 0);
      return x.equals(y);
    }
    if (a instanceof List<?> x && b instanceof List<?> y) {
      return itemsEqual(run, x, y);
    }
    if (a instanceof Tuple x && b instanceof Tuple y) {
      return itemsEqual(run, x.items(), y.items());
    }
    if (a instanceof Map<?, ?> x && b instanceof Map<?, ?> y) {
      return mapsEqual(run, x, y);
    }
    return Objects.equals(a, b) && !(a instanceof List) && !(a instanceof Map);
  }

  private static boolean undefinedEqual(Object a, Object b) {
    for (Object side : new Object[] {a, b}) {
      if (side instanceof Undefined undefined) {
        undefined.use();
      }
    }
    return a instanceof Undefined && b instanceof Undefined;
  }

  private static boolean itemsEqual(Run run, List<?> a, List<?> b) {
    boolean equal = a.size() == b.size();
    for (int i = 0; equal && i < a.size(); i++) {
      equal = equal(run, a.get(i), b.get(i));
    }
    return equal;
  }

  private static boolean mapsEqual(Run run, Map<?, ?> a, Map<?, ?> b) {
    return a.size() == b.size()
        && a.entrySet().stream()
            .allMatch(
                e ->
                    b.containsKey(key(run, e.getKey()))
                        && equal(run, e.getValue(), b.get(e.getKey())));
  }

  public static boolean isNumber(Object value) {
    return value instanceof Long || value instanceof Double || value instanceof Boolean;
  }

  /** Compares two values of like kind, as {@code <} does. */
  public static int compare(Run run, Object a, Object b, String operator) {
    run.step();
    if (isNumber(a) && isNumber(b)) {
      return Numbers.compare(a, b);
    }
    if (a instanceof String x && b instanceof String y) {
      run.look(Math.min(x.length(), y.length()));
      return CodePoints.compare(x, y);
    }
    if (a instanceof List<?> x && b instanceof List<?> y) {
      return compareItems(run, x, y, operator);
    }
    if (a instanceof Tuple x && b instanceof Tuple y) {
      return compareItems(run, x.items(), y.items(), operator);
    }
    throw mismatch(operator, a, b);
  }

  private static int compareItems(Run run, List<?> a, List<?> b, String operator) {
    for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
      if (!equal(run, a.get(i), b.get(i))) {
        return compare(run, a.get(i), b.get(i), operator);
      }
    }
    return Integer.compare(a.size(), b.size());
  }

  public static JinjaException mismatch(String operator, Object a, Object b) {
    for (Object side : new Object[] {a, b}) {
      if (side instanceof Undefined undefined) {
        return undefined.refusal();
      }
    }
    return new JinjaException(
        "'%s' does not work between %s and %s".formatted(operator, typeName(a), typeName(b)));
  }

  /** The elements of a value, as a loop sees them. */
  public static List<Object> items(Run run, Object value) {
    List<Object> items = itemsOrNull(value);
    if (items == null) {
      throw new JinjaException("a value of type " + typeName(value) + " cannot be iterated over");
    }
    run.charge(items.size());
    return items;
  }

  @SuppressWarnings("unchecked") // lists of templates hold any objects
  private static List<Object> itemsOrNull(Object value) {
    if (value instanceof List<?> list) {
      return (List<Object>) list;
    }
    if (value instanceof Tuple tuple) {
      return tuple.items();
    }
    if (value instanceof String text) {
      return new ArrayList<>(CodePoints.characters(text));
    }
    if (value instanceof Map<?, ?> map) {
      return new ArrayList<>(map.keySet());
    }
    if (value instanceof Undefined undefined) {
      undefined.use();
      return List.of();
    }
    return value instanceof OneShot once ? once.take() : null;
  }

  public static boolean isIterable(Object value) {
    return value instanceof List
        || value instanceof Tuple
        || value instanceof String
        || value instanceof Map
        || value instanceof OneShot
        || value instanceof Undefined;
  }

  public static long length(Object value) {
    if (value instanceof String text) {
      return text.codePointCount(0, text.length());
    }
    if (value instanceof List<?> list) {
      return list.size();
    }
    if (value instanceof Map<?, ?> map) {
      return map.size();
    }
    if (value instanceof Tuple tuple) {
      return tuple.items().size();
    }
    if (value instanceof Undefined undefined) {
      undefined.use();
      return 0;
    }
    throw new JinjaException("a value of type " + typeName(value) + " has no length");
  }

  public static boolean contains(Run run, Object container, Object item) {
    if (container instanceof String text) {
      if (item instanceof String part) {
        run.search(text, part);
        return text.contains(part);
      }
      throw item instanceof Undefined undefined
          ? undefined.refusal()
          : new JinjaException("'in <text>' needs a text on its left, not " + typeName(item));
    }
    if (container instanceof Map<?, ?> map) {
      return map.containsKey(key(run, item));
    }
    return items(run, container).stream().anyMatch(i -> equal(run, i, item));
  }
}
