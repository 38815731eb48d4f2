package io.flexora.cli.result;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An object of a JSON file whose members may be missing or null. */
record Members(Map<?, ?> object) {

  /** A word; empty if there is none. */
  String text(String key) {
    return object.get(key) instanceof String text ? text : "";
  }

  Optional<Double> number(String key) {
    return object.get(key) instanceof Number number
        ? Optional.of(number.doubleValue())
        : Optional.empty();
  }

  /** The numbers of a list; empty if there is none, or one of them is not known. */
  List<Double> numbers(String key) {
    boolean all =
        object.get(key) instanceof List<?> list && list.stream().allMatch(Number.class::isInstance);
    return all
        ? ((List<?>) object.get(key)).stream().map(n -> ((Number) n).doubleValue()).toList()
        : List.of();
  }

  Optional<Members> view(String key) {
    return object.get(key) instanceof Map<?, ?> map
        ? Optional.of(new Members(map))
        : Optional.empty();
  }

  /** The objects of a list. */
  List<Members> list(String key) {
    return object.get(key) instanceof List<?> list
        ? list.stream()
            .filter(Map.class::isInstance)
            .map(map -> new Members((Map<?, ?>) map))
            .toList()
        : List.of();
  }
}
