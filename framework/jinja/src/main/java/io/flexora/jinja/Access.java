package io.flexora.jinja;

import io.flexora.files.message.NearestName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Attributes, elements and slices of values. */
final class Access {
  private Access() {}

  /** {@code object.name}: a method if there is one, else the element of that name. */
  static Object attribute(Run run, Object object, String name) {
    run.read(name);
    Object member = member(object, name);
    if (member != null) {
      return member;
    }
    if (object instanceof Map<?, ?> map && map.containsKey(name)) {
      return map.get(name);
    }
    if (object instanceof Namespace namespace && namespace.attributes().containsKey(name)) {
      return namespace.attributes().get(name);
    }
    if (object instanceof Loop loop && loop.has(name)) {
      return loop.attribute(name);
    }
    return missing(run, object, name);
  }

  /** {@code object[index]}. */
  static Object item(Run run, Object object, Object index) {
    if (object instanceof Undefined undefined) {
      throw undefined.refusal();
    }
    if (object instanceof Map<?, ?> map) {
      Object key = Values.key(run, index);
      if (map.containsKey(key)) {
        return map.get(key);
      }
    }
    if (index instanceof String name) {
      return object instanceof Map<?, ?> map
          ? memberOr(run, map, name)
          : attribute(run, object, name);
    }
    Object position = index instanceof Boolean ? Numbers.plain(index) : index;
    if (position instanceof Long at && isSequence(object)) {
      run.read(object);
      long length = Values.length(object);
      long from = at < 0 ? at + length : at;
      if (from >= 0 && from < length) {
        return element(object, (int) from);
      }
    }
    if (index instanceof Undefined undefined) {
      undefined.use();
    }
    return missing(run, object, PythonText.string(run, index));
  }

  private static Object memberOr(Run run, Map<?, ?> map, String name) {
    Object member = member(map, name);
    return member == null ? missing(run, map, name) : member;
  }

  private static Object member(Object object, String name) {
    if (object instanceof Undefined undefined) {
      throw undefined.refusal();
    }
    if (object instanceof String text) {
      return TextMethods.of(text, name);
    }
    if (object instanceof List<?> || object instanceof Tuple) {
      return CollectionMethods.ofList(object, name);
    }
    return object instanceof Map<?, ?> map ? CollectionMethods.ofMap(map, name) : null;
  }

  private static boolean isSequence(Object object) {
    return object instanceof String || object instanceof List || object instanceof Tuple;
  }

  private static Object element(Object object, int index) {
    if (object instanceof String text) {
      int unit = text.offsetByCodePoints(0, index);
      return Character.toString(text.codePointAt(unit));
    }
    return (object instanceof Tuple tuple ? tuple.items() : (List<?>) object).get(index);
  }

  private static Undefined missing(Run run, Object object, String name) {
    String type = object == null ? "None" : Values.typeName(object);
    boolean strict = run.options().strict();
    String what = object instanceof List || object instanceof Tuple ? "element" : "attribute";
    String hint = strict && object instanceof Map<?, ?> map ? hint(run, map, name) : "";
    return Undefined.of("%s has no %s '%s'%s".formatted(type, what, name, hint), strict);
  }

  private static String hint(Run run, Map<?, ?> map, String name) {
    List<String> known = new ArrayList<>();
    for (Object key : Values.items(run, map)) {
      run.read(key);
      if (key instanceof String text) {
        known.add(text);
      }
    }
    return NearestName.hint(name, known);
  }

  /** {@code object[from:to:step]}; null where a bound is not given. */
  static Object slice(Run run, Object object, Object from, Object to, Object step) {
    if (object instanceof Undefined undefined) {
      undefined.use();
      throw undefined.refusal();
    }
    if (!isSequence(object)) {
      throw new JinjaException("a value of type " + Values.typeName(object) + " cannot be sliced");
    }
    List<?> items = Values.items(run, object);
    List<Object> taken = new ArrayList<>();
    for (int index : indices(items.size(), bound(from), bound(to), bound(step))) {
      taken.add(items.get(index));
    }
    if (object instanceof String) {
      StringBuilder text = new StringBuilder();
      taken.forEach(text::append);
      return text.toString();
    }
    return object instanceof Tuple ? new Tuple(taken) : taken;
  }

  private static Long bound(Object bound) {
    if (bound == null || bound instanceof Long) {
      return (Long) bound;
    }
    if (bound instanceof Boolean) {
      return (Long) Numbers.plain(bound);
    }
    throw bound instanceof Undefined undefined
        ? undefined.refusal()
        : new JinjaException("the bound of a slice is an integer, not " + Values.typeName(bound));
  }

  private static List<Integer> indices(int size, Long from, Long to, Long stride) {
    long step = stride == null ? 1 : stride;
    if (step == 0) {
      throw new JinjaException("the step of a slice cannot be zero");
    }
    long low = step > 0 ? 0 : -1;
    long high = step > 0 ? size : size - 1L;
    long start = from == null ? (step > 0 ? low : high) : clipped(from, size, low, high);
    long end = to == null ? (step > 0 ? high : low) : clipped(to, size, low, high);
    List<Integer> indices = new ArrayList<>();
    long stride1 = Math.max(-size - 1L, Math.min(size + 1L, step));
    for (long i = start; step > 0 ? i < end : i > end; i += stride1) {
      indices.add((int) i);
    }
    return indices;
  }

  private static long clipped(long bound, int size, long low, long high) {
    long at = bound < 0 ? Math.max(bound, -size - 1L) + size : bound;
    return Math.max(low, Math.min(high, at));
  }
}
