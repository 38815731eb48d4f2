package io.flexora.files.text;

import java.util.ArrayList;
import java.util.List;

/**
 * Whole numbers in few characters.
 *
 * @since 0.1
 */
public final class NumberRanges {

  private NumberRanges() {}

  /** Neighbours as ranges, such as {@code 0-3} and {@code 5}. */
  public static List<String> of(List<Integer> ascending) {
    List<String> ranges = new ArrayList<>();
    int first = 0;
    for (int i = 1; i <= ascending.size(); i++) {
      if (i == ascending.size() || ascending.get(i) != ascending.get(i - 1) + 1) {
        ranges.add(range(ascending.get(first), ascending.get(i - 1)));
        first = i;
      }
    }
    return ranges;
  }

  /** A range, such as {@code 0-3}; one number by itself. */
  public static String range(int from, int to) {
    return from == to ? String.valueOf(from) : from + "-" + to;
  }
}
