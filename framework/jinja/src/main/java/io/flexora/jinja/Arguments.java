package io.flexora.jinja;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** What a call passes. */
record Arguments(List<Object> positional, Map<String, Object> named) {
  static final Arguments NONE = new Arguments(List.of(), Map.of());

  /**
   * Assigns the arguments to parameters.
   *
   * @param required how many of the parameters have no default
   */
  Bound bind(String function, int required, String... parameters) {
    if (positional.size() > parameters.length) {
      throw new JinjaException(
          "'%s' takes %d arguments, not %d"
              .formatted(function, parameters.length, positional.size()));
    }
    Object[] values = new Object[parameters.length];
    boolean[] given = new boolean[parameters.length];
    for (int i = 0; i < positional.size(); i++) {
      values[i] = positional.get(i);
      given[i] = true;
    }
    named.forEach(
        (name, value) -> {
          int index = Arrays.asList(parameters).indexOf(name);
          if (index < 0 || given[index]) {
            throw new JinjaException(
                "'%s' %s argument '%s'"
                    .formatted(function, index < 0 ? "has no" : "is given twice the", name));
          }
          values[index] = value;
          given[index] = true;
        });
    for (int i = 0; i < required; i++) {
      if (!given[i]) {
        throw new JinjaException("'%s' needs its argument '%s'".formatted(function, parameters[i]));
      }
    }
    return new Bound(function, parameters, values, given);
  }
}
