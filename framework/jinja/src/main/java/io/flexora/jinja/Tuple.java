package io.flexora.jinja;

import java.util.List;

/** A Python tuple. */
record Tuple(List<Object> items) {
  static Tuple of(Object... items) {
    return new Tuple(java.util.Arrays.asList(items));
  }
}
