package io.flexora.jinja.value;

import io.flexora.jinja.dialect.JinjaException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Turns what a caller passes into the values of templates. */
public final class Data {
  private Data() {}

  public static Object of(Object value) {
    if (value == null
        || value instanceof Boolean
        || value instanceof Long
        || value instanceof Double) {
      return value;
    }
    if (value instanceof CharSequence text) {
      return text.toString();
    }
    if (value instanceof Number number) {
      return number(number);
    }
    if (value instanceof Map<?, ?> map) {
      Map<Object, Object> copy = new LinkedHashMap<>();
      map.forEach((k, v) -> copy.put(of(k), of(v)));
      return copy;
    }
    if (value instanceof Iterable<?> items) {
      List<Object> copy = new ArrayList<>();
      items.forEach(i -> copy.add(of(i)));
      return copy;
    }
    throw new JinjaException(
        "a value of type "
            + value.getClass().getSimpleName()
            + " cannot be used; templates see texts, numbers, booleans, lists and maps");
  }

  private static Object number(Number number) {
    if (number instanceof BigInteger big) {
      if (big.bitLength() > 63) {
        throw new JinjaException("the integer " + big + " is too large");
      }
      return big.longValue();
    }
    if (number instanceof Float || number instanceof BigDecimal) {
      return number instanceof Float ? Double.valueOf(number.toString()) : number.doubleValue();
    }
    return number.longValue();
  }
}
