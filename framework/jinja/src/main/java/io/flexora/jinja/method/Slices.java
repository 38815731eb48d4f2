package io.flexora.jinja.method;

import io.flexora.jinja.dialect.JinjaException;
import io.flexora.jinja.value.Numbers;
import io.flexora.jinja.value.PythonValues;
import io.flexora.jinja.value.Run;
import io.flexora.jinja.value.Tuple;
import io.flexora.jinja.value.Undefined;
import java.util.ArrayList;
import java.util.List;

/** Slices of texts, lists and tuples. */
public final class Slices {
  private Slices() {}

  static boolean isSequence(Object object) {
    return object instanceof String || object instanceof List || object instanceof Tuple;
  }

  /** {@code object[from:to:step]}; null where a bound is not given. */
  public static Object of(Run run, Object object, Object from, Object to, Object step) {
    if (object instanceof Undefined undefined) {
      undefined.use();
      throw undefined.refusal();
    }
    if (!isSequence(object)) {
      throw new JinjaException(
          "a value of type " + PythonValues.typeName(object) + " cannot be sliced");
    }
    List<?> items = PythonValues.items(run, object);
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
        : new JinjaException(
            "the bound of a slice is an integer, not " + PythonValues.typeName(bound));
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
