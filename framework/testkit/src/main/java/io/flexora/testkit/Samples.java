package io.flexora.testkit;

import java.util.List;
import java.util.stream.IntStream;

/** Some of many, evenly spread, where looking at each would take too long. */
final class Samples {

  private Samples() {}

  static <E> List<E> of(List<E> all, int most) {
    int size = all.size();
    if (size <= most) {
      return all;
    }
    return IntStream.range(0, most).mapToObj(i -> all.get(i * (size - 1) / (most - 1))).toList();
  }
}
