package io.flexora.cli.result;

import java.util.ArrayList;
import java.util.List;

/** Writes sets of layers in few characters. */
final class Layers {

  private Layers() {}

  /** Neighbours as ranges, such as {@code 0-2,5}; {@code none} for none. */
  static String brief(List<Integer> ascending) {
    List<String> ranges = new ArrayList<>();
    int first = 0;
    for (int i = 1; i <= ascending.size(); i++) {
      if (i == ascending.size() || ascending.get(i) != ascending.get(i - 1) + 1) {
        ranges.add(range(ascending.get(first), ascending.get(i - 1)));
        first = i;
      }
    }
    return ranges.isEmpty() ? "none" : String.join(",", ranges);
  }

  private static String range(int from, int to) {
    return from == to ? String.valueOf(from) : from + "-" + to;
  }
}
