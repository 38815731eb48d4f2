package io.flexora.jinja.value;

import java.util.Arrays;
import java.util.List;

/** A Python tuple. */
public record Tuple(List<Object> items) {
  public static Tuple of(Object... items) {
    return new Tuple(Arrays.asList(items));
  }
}
