package io.flexora.jinja.method;

import io.flexora.jinja.dialect.JinjaException;
import io.flexora.jinja.value.CallArguments;
import io.flexora.jinja.value.CallArguments.BoundArguments;
import io.flexora.jinja.value.Callable;
import io.flexora.jinja.value.PythonText;
import io.flexora.jinja.value.PythonValues;
import io.flexora.jinja.value.Run;
import io.flexora.jinja.value.Tuple;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The methods of Python's lists, tuples and dictionaries that change nothing. */
public final class CollectionMethods {
  private static final Set<String> CHANGING_LISTS =
      Set.of("append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort");
  private static final Set<String> CHANGING_MAPS =
      Set.of("clear", "pop", "popitem", "setdefault", "update");

  private CollectionMethods() {}

  /** A method of a list or tuple, or null. */
  static Callable ofList(Object sequence, String name) {
    boolean tuple = sequence instanceof Tuple;
    List<?> items = tuple ? ((Tuple) sequence).items() : (List<?>) sequence;
    return switch (name) {
      case "index" -> (run, a) -> index(run, items, a);
      case "count" -> (run, a) -> count(run, items, a);
      case "copy" -> tuple ? null : (run, a) -> new ArrayList<>(PythonValues.items(run, sequence));
      default -> !tuple && CHANGING_LISTS.contains(name) ? refusing("list", name) : null;
    };
  }

  private static Object index(Run run, List<?> items, CallArguments arguments) {
    Object wanted = arguments.bind("index", 1, "value").get(0);
    for (int i = 0; i < items.size(); i++) {
      if (PythonValues.equal(run, items.get(i), wanted)) {
        return (long) i;
      }
    }
    throw new JinjaException(
        "%s is not in %s".formatted(PythonText.repr(run, wanted), PythonText.repr(run, items)));
  }

  private static Object count(Run run, List<?> items, CallArguments arguments) {
    Object wanted = arguments.bind("count", 1, "value").get(0);
    return items.stream().filter(i -> PythonValues.equal(run, i, wanted)).count();
  }

  /** A method of a dictionary, or null. */
  static Callable ofMap(Map<?, ?> map, String name) {
    return switch (name) {
      case "get" -> (run, a) -> get(run, map, a);
      case "items" -> (run, a) -> items(run, map);
      case "keys" -> (run, a) -> PythonValues.items(run, map);
      case "values" -> (run, a) -> values(run, map);
      case "copy" -> (run, a) -> copy(run, map);
      default -> CHANGING_MAPS.contains(name) ? refusing("dict", name) : null;
    };
  }

  private static Object get(Run run, Map<?, ?> map, CallArguments arguments) {
    BoundArguments bound = arguments.bind("get", 1, "key", "default");
    Object key = PythonValues.key(run, bound.get(0));
    return map.containsKey(key) ? map.get(key) : bound.or(1, null);
  }

  public static List<Object> items(Run run, Map<?, ?> map) {
    run.charge(map.size());
    List<Object> items = new ArrayList<>();
    map.forEach((k, v) -> items.add(Tuple.of(k, v)));
    return items;
  }

  private static List<Object> values(Run run, Map<?, ?> map) {
    run.charge(map.size());
    return new ArrayList<>(map.values());
  }

  /** A dictionary of the same entries. */
  public static Map<Object, Object> copy(Run run, Map<?, ?> map) {
    Map<Object, Object> copy = new LinkedHashMap<>();
    map.forEach((k, v) -> copy.put(PythonValues.key(run, k), v));
    run.charge(map.size());
    return copy;
  }

  private static Callable refusing(String type, String name) {
    return (run, a) -> {
      throw new JinjaException(
          "'" + name + "' would change a " + type + ", which templates may not");
    };
  }
}
