package io.flexora.report.html.evidence;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A JSON object of unknown shape: what is missing, of another type or not finite is absent, never
 * an error, so that the report of an unfinished run shows what there is.
 *
 * @param values the members of the object
 */
public record Facts(Map<?, ?> values) {

  /** The member as an object; without members if it is none. */
  public Facts object(String key) {
    return new Facts(values.get(key) instanceof Map<?, ?> map ? map : Map.of());
  }

  /** The member as a finite number. */
  public OptionalDouble number(String key) {
    return finite(values.get(key));
  }

  /** The member as a text that is not blank. */
  public Optional<String> text(String key) {
    return Optional.ofNullable(values.get(key))
        .filter(value -> !(value instanceof Map) && !(value instanceof List))
        .map(Object::toString)
        .filter(text -> !text.isBlank());
  }

  /** The member as a list of numbers, NaN where an element is none; absent if it is no list. */
  public Optional<List<Double>> numbers(String key) {
    if (!(values.get(key) instanceof List<?> list)) {
      return Optional.empty();
    }
    List<Double> numbers = new ArrayList<>();
    list.forEach(element -> numbers.add(finite(element).orElse(Double.NaN)));
    return Optional.of(List.copyOf(numbers));
  }

  /** The members of a list that are objects. */
  public List<Facts> objects(String key) {
    return values.get(key) instanceof List<?> list
        ? list.stream()
            .filter(Map.class::isInstance)
            .map(element -> new Facts((Map<?, ?>) element))
            .toList()
        : List.of();
  }

  /** Whether the member is {@code true}. */
  public boolean truth(String key) {
    return Boolean.TRUE.equals(values.get(key));
  }

  private static OptionalDouble finite(Object value) {
    return value instanceof Number number && Double.isFinite(number.doubleValue())
        ? OptionalDouble.of(number.doubleValue())
        : OptionalDouble.empty();
  }
}
