package io.flexora.jinja.method;

import io.flexora.files.message.NearestName;
import io.flexora.jinja.value.Loop;
import io.flexora.jinja.value.Namespace;
import io.flexora.jinja.value.Numbers;
import io.flexora.jinja.value.PythonText;
import io.flexora.jinja.value.PythonValues;
import io.flexora.jinja.value.Run;
import io.flexora.jinja.value.Tuple;
import io.flexora.jinja.value.Undefined;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Attributes, elements and slices of values. */
public final class Access {
  private Access() {}

  /** {@code object.name}: a method if there is one, else the element of that name. */
  public static Object attribute(Run run, Object object, String name) {
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
  public static Object item(Run run, Object object, Object index) {
    if (object instanceof Undefined undefined) {
      throw undefined.refusal();
    }
    if (object instanceof Map<?, ?> map) {
      Object key = PythonValues.key(run, index);
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
    if (position instanceof Long at && Slices.isSequence(object)) {
      run.read(object);
      long length = PythonValues.length(object);
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

  private static Object element(Object object, int index) {
    if (object instanceof String text) {
      int unit = text.offsetByCodePoints(0, index);
      return Character.toString(text.codePointAt(unit));
    }
    return (object instanceof Tuple tuple ? tuple.items() : (List<?>) object).get(index);
  }

  private static Undefined missing(Run run, Object object, String name) {
    String type = object == null ? "None" : PythonValues.typeName(object);
    boolean strict = run.options().strict();
    String what = object instanceof List || object instanceof Tuple ? "element" : "attribute";
    String hint = strict && object instanceof Map<?, ?> map ? hint(run, map, name) : "";
    return Undefined.of("%s has no %s '%s'%s".formatted(type, what, name, hint), strict);
  }

  private static String hint(Run run, Map<?, ?> map, String name) {
    List<String> known = new ArrayList<>();
    for (Object key : PythonValues.items(run, map)) {
      run.read(key);
      if (key instanceof String text) {
        known.add(text);
      }
    }
    return NearestName.hint(name, known);
  }

  /** The part of an element that an attribute such as {@code a.b} or {@code 0} names; null: all. */
  public static Object part(Run run, Object item, Object attribute) {
    if (attribute == null) {
      return item;
    }
    if (!(attribute instanceof String path)) {
      return item(run, item, attribute);
    }
    Object value = item;
    run.read(path);
    for (String step : path.split("\\.", -1)) {
      run.step();
      boolean index =
          !step.isEmpty() && step.length() < 10 && step.chars().allMatch(c -> c >= '0' && c <= '9');
      value = item(run, value, index ? (Object) Long.valueOf(step) : step);
    }
    return value;
  }
}
