package io.flexora.jinja.filter;

import io.flexora.jinja.dialect.JinjaException;
import io.flexora.jinja.method.Access;
import io.flexora.jinja.method.CollectionMethods;
import io.flexora.jinja.method.Operations;
import io.flexora.jinja.method.TextCase;
import io.flexora.jinja.value.CallArguments;
import io.flexora.jinja.value.CallArguments.BoundArguments;
import io.flexora.jinja.value.OneShot;
import io.flexora.jinja.value.PythonText;
import io.flexora.jinja.value.PythonValues;
import io.flexora.jinja.value.Run;
import io.flexora.jinja.value.Undefined;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Filters of sequences as wholes. */
final class SequenceFilters {
  private SequenceFilters() {}

  static void register(Map<String, Filter> filters) {
    filters.put("length", (run, v, a) -> PythonValues.length(v));
    filters.put("count", (run, v, a) -> PythonValues.length(v));
    filters.put("list", (run, v, a) -> new ArrayList<>(PythonValues.items(run, v)));
    filters.put("first", (run, v, a) -> end(run, v, "first"));
    filters.put("last", (run, v, a) -> end(run, v, "last"));
    filters.put("reverse", SequenceFilters::reversed);
    filters.put("join", SequenceFilters::joined);
    filters.put("sort", SequenceFilters::sorted);
    filters.put("unique", SequenceFilters::unique);
    filters.put("min", (run, v, a) -> extreme(run, "min", v, a));
    filters.put("max", (run, v, a) -> extreme(run, "max", v, a));
    filters.put("sum", SequenceFilters::sum);
    filters.put("items", SequenceFilters::items);
    filters.put("dictsort", SequenceFilters::sortedItems);
    filters.put("batch", SequenceFilters::batches);
  }

  private static Object end(Run run, Object value, String which) {
    List<Object> items = PythonValues.items(run, value);
    if (items.isEmpty()) {
      return Undefined.of("there is no " + which + " item", run.options().strict());
    }
    return items.get(which.equals("first") ? 0 : items.size() - 1);
  }

  private static Object reversed(Run run, Object value, CallArguments arguments) {
    if (value instanceof String text) {
      return new StringBuilder(text).reverse().toString();
    }
    List<Object> items = new ArrayList<>(PythonValues.items(run, value));
    Collections.reverse(items);
    return new OneShot(items);
  }

  private static Object joined(Run run, Object value, CallArguments arguments) {
    BoundArguments bound = arguments.bind("join", 0, "d", "attribute");
    String separator = PythonText.string(run, bound.or(0, ""));
    StringBuilder text = new StringBuilder();
    String between = "";
    for (Object item : PythonValues.items(run, value)) {
      Object part = Access.part(run, item, bound.or(1, null));
      String shown = PythonText.string(run, part);
      run.charge((long) between.length() + shown.length());
      text.append(between).append(shown);
      between = separator;
    }
    return text.toString();
  }

  /** Compares by attributes, texts without regard to case unless that is wanted. */
  private static Comparator<Object> order(Run run, Object attribute, boolean caseSensitive) {
    List<Object> attributes = new ArrayList<>();
    if (attribute instanceof String names) {
      attributes.addAll(List.of(names.split(",")));
    } else {
      attributes.add(attribute);
    }
    return (a, b) -> {
      for (Object each : attributes) {
        Object x = folded(run, Access.part(run, a, each), caseSensitive);
        Object y = folded(run, Access.part(run, b, each), caseSensitive);
        if (!PythonValues.equal(run, x, y)) {
          return PythonValues.compare(run, x, y, "<");
        }
      }
      return 0;
    };
  }

  private static Object folded(Run run, Object value, boolean caseSensitive) {
    run.read(value);
    return value instanceof String text && !caseSensitive ? TextCase.lower(text) : value;
  }

  private static Object sorted(Run run, Object value, CallArguments arguments) {
    BoundArguments bound = arguments.bind("sort", 0, "reverse", "case_sensitive", "attribute");
    List<Object> items = new ArrayList<>(PythonValues.items(run, value));
    Comparator<Object> order = order(run, bound.or(2, null), bound.isTrue(1));
    items.sort(bound.isTrue(0) ? order.reversed() : order);
    return items;
  }

  private static Object unique(Run run, Object value, CallArguments arguments) {
    BoundArguments bound = arguments.bind("unique", 0, "case_sensitive", "attribute");
    List<Object> seen = new ArrayList<>();
    List<Object> kept = new ArrayList<>();
    for (Object item : PythonValues.items(run, value)) {
      Object key = folded(run, Access.part(run, item, bound.or(1, null)), bound.isTrue(0));
      if (seen.stream().noneMatch(s -> PythonValues.equal(run, s, key))) {
        seen.add(key);
        kept.add(item);
      }
    }
    return new OneShot(kept);
  }

  private static Object extreme(Run run, String name, Object value, CallArguments arguments) {
    BoundArguments bound = arguments.bind(name, 0, "case_sensitive", "attribute");
    List<Object> items = PythonValues.items(run, value);
    if (items.isEmpty()) {
      return Undefined.of("'" + name + "' of nothing", run.options().strict());
    }
    Comparator<Object> order = order(run, bound.or(1, null), bound.isTrue(0));
    Object best = items.get(0);
    for (Object item : items) {
      int sign = order.compare(item, best);
      best = (name.equals("min") ? sign < 0 : sign > 0) ? item : best;
    }
    return best;
  }

  private static Object sum(Run run, Object value, CallArguments arguments) {
    BoundArguments bound = arguments.bind("sum", 0, "attribute", "start");
    Object total = bound.or(1, 0L);
    for (Object item : PythonValues.items(run, value)) {
      total = Operations.apply(run, "+", total, Access.part(run, item, bound.or(0, null)));
    }
    return total;
  }

  private static Object items(Run run, Object value, CallArguments arguments) {
    if (value instanceof Undefined) {
      return List.of();
    }
    return CollectionMethods.items(run, map("items", value));
  }

  private static Map<?, ?> map(String filter, Object value) {
    if (value instanceof Map<?, ?> map) {
      return map;
    }
    throw new JinjaException(
        "'" + filter + "' needs a dictionary, not " + PythonValues.typeName(value));
  }

  private static Object sortedItems(Run run, Object value, CallArguments arguments) {
    BoundArguments bound = arguments.bind("dictsort", 0, "case_sensitive", "by", "reverse");
    String by = bound.textOr(1, "key");
    if (!by.equals("key") && !by.equals("value")) {
      throw new JinjaException("'dictsort' sorts by 'key' or 'value', not '" + by + "'");
    }
    List<Object> items = CollectionMethods.items(run, map("dictsort", value));
    Comparator<Object> order = order(run, by.equals("key") ? 0L : 1L, bound.isTrue(0));
    items.sort(bound.isTrue(2) ? order.reversed() : order);
    return items;
  }

  private static Object batches(Run run, Object value, CallArguments arguments) {
    BoundArguments bound = arguments.bind("batch", 1, "linecount", "fill_with");
    int size = bound.integer(0);
    if (size < 1) {
      throw new JinjaException("'batch' needs a size of at least 1, not " + size);
    }
    List<Object> batches = new ArrayList<>();
    List<Object> batch = null;
    for (Object item : PythonValues.items(run, value)) {
      if (batch == null || batch.size() == size) {
        batch = new ArrayList<>();
        batches.add(batch);
      }
      batch.add(item);
    }
    if (batch != null && bound.or(1, null) != null) {
      run.charge(size);
      while (batch.size() < size) {
        batch.add(bound.get(1));
      }
    }
    return new OneShot(batches);
  }
}
