package io.flexora.runstore;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Turns what extensions report into the few types that a record holds. */
final class PlainValue {

  private PlainValue() {}

  /**
   * Makes whole numbers {@code Long}, other numbers {@code Double}, arrays lists, and everything
   * that is no number, boolean, list or map a string. What is missing becomes NaN.
   */
  static Object of(Object value) {
    if (value == null) {
      return Double.NaN;
    }
    if (value instanceof Boolean || value instanceof String) {
      return value;
    }
    if (value instanceof Number number) {
      return number(number);
    }
    if (value instanceof Map<?, ?> map) {
      return map(map);
    }
    if (value instanceof Iterable<?> elements) {
      List<Object> list = new ArrayList<>();
      elements.forEach(element -> list.add(of(element)));
      return list;
    }
    return value.getClass().isArray() ? array(value) : value.toString();
  }

  static Map<String, Object> map(Map<?, ?> map) {
    Map<String, Object> plain = new LinkedHashMap<>();
    map.forEach((key, value) -> plain.put(key.toString(), of(value)));
    return plain;
  }

  private static Object number(Number number) {
    boolean whole =
        number instanceof Long
            || number instanceof Integer
            || number instanceof Short
            || number instanceof Byte;
    return whole ? (Object) number.longValue() : (Object) number.doubleValue();
  }

  private static List<Object> array(Object array) {
    List<Object> list = new ArrayList<>();
    for (int i = 0; i < Array.getLength(array); i++) {
      list.add(of(Array.get(array, i)));
    }
    return list;
  }

  /** The same value as JSON can hold it: null in place of NaN and the infinities. */
  static Object toJson(Object value) {
    if (value instanceof Double number) {
      return Double.isFinite(number) ? number : null;
    }
    if (value instanceof Map<?, ?> map) {
      Map<String, Object> json = new LinkedHashMap<>();
      map.forEach((key, element) -> json.put(key.toString(), toJson(element)));
      return json;
    }
    if (value instanceof List<?> list) {
      List<Object> json = new ArrayList<>();
      list.forEach(element -> json.add(toJson(element)));
      return json;
    }
    return value;
  }
}
