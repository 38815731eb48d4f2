package io.flexora.jinja.filter;

import io.flexora.jinja.dialect.JinjaException;
import io.flexora.jinja.method.Access;
import io.flexora.jinja.value.CallArguments;
import io.flexora.jinja.value.OneShot;
import io.flexora.jinja.value.PythonValues;
import io.flexora.jinja.value.Run;
import io.flexora.jinja.value.Undefined;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Filters that treat each element of a sequence. */
final class ItemFilters {
  private ItemFilters() {}

  static void register(Map<String, Filter> filters, Filters known) {
    filters.put("map", (run, v, a) -> map(run, v, a, known));
    filters.put("select", (run, v, a) -> selected(run, "select", v, a, false, true));
    filters.put("reject", (run, v, a) -> selected(run, "reject", v, a, false, false));
    filters.put("selectattr", (run, v, a) -> selected(run, "selectattr", v, a, true, true));
    filters.put("rejectattr", (run, v, a) -> selected(run, "rejectattr", v, a, true, false));
  }

  /** The items of a value; whatever is false has none. */
  private static List<Object> items(Run run, Object value) {
    return PythonValues.isTrue(value) ? PythonValues.items(run, value) : List.of();
  }

  private static Object map(Run run, Object value, CallArguments arguments, Filters known) {
    List<Object> results = new ArrayList<>();
    Map<String, Object> named = arguments.named();
    if (arguments.positional().isEmpty() && named.containsKey("attribute")) {
      for (Object item : items(run, value)) {
        Object part = Access.part(run, item, named.get("attribute"));
        boolean missing = part instanceof Undefined && named.containsKey("default");
        results.add(missing ? named.get("default") : part);
      }
      return new OneShot(results);
    }
    Filter filter = known.named(name("map", arguments, 0, "the name of a filter"));
    CallArguments rest = rest(arguments, 1);
    for (Object item : items(run, value)) {
      run.step();
      results.add(filter.apply(run, item, rest));
    }
    return new OneShot(results);
  }

  private static Object selected(
      Run run,
      String filter,
      Object value,
      CallArguments arguments,
      boolean byPart,
      boolean keeps) {
    int first = byPart ? 1 : 0;
    Object attribute = byPart ? attribute(filter, arguments) : null;
    boolean tests = arguments.positional().size() > first;
    TestFunctions.TestFunction test =
        tests ? TestFunctions.named(name(filter, arguments, first, "the name of a test")) : null;
    CallArguments rest = tests ? rest(arguments, first + 1) : CallArguments.NONE;
    List<Object> kept = new ArrayList<>();
    for (Object item : items(run, value)) {
      run.step();
      Object part = Access.part(run, item, attribute);
      if (keeps == (test == null ? PythonValues.isTrue(part) : test.holds(run, part, rest))) {
        kept.add(item);
      }
    }
    return new OneShot(kept);
  }

  private static Object attribute(String filter, CallArguments arguments) {
    if (arguments.positional().isEmpty()) {
      throw new JinjaException("'" + filter + "' needs the name of an attribute");
    }
    return arguments.positional().get(0);
  }

  private static String name(String filter, CallArguments arguments, int index, String what) {
    List<Object> positional = arguments.positional();
    if (index < positional.size() && positional.get(index) instanceof String name) {
      return name;
    }
    throw new JinjaException("'" + filter + "' needs " + what);
  }

  private static CallArguments rest(CallArguments arguments, int from) {
    List<Object> positional = arguments.positional();
    return new CallArguments(
        positional.subList(from, positional.size()), new LinkedHashMap<>(arguments.named()));
  }
}
