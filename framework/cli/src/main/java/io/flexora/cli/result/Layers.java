package io.flexora.cli.result;

import io.flexora.api.model.ChosenModule;
import java.util.ArrayList;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.OptionalInt;

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

  /**
   * The layers and, where modules of them were chosen, how many and with which ranks, such as
   * {@code 0-2,5: 9 modules, rank 1-8}; those that share adapters behind the others, such as {@code
   * 0-2,5 (3-4 share)}.
   */
  static String brief(List<Integer> ascending, List<ChosenModule> modules) {
    if (modules.isEmpty()) {
      return brief(ascending);
    }
    if (modules.stream().anyMatch(ChosenModule::shared)) {
      return "%s (%s share)".formatted(brief(layers(modules, false)), brief(layers(modules, true)));
    }
    IntSummaryStatistics ranks =
        modules.stream()
            .map(ChosenModule::rank)
            .flatMapToInt(OptionalInt::stream)
            .summaryStatistics();
    return "%s: %d module%s%s"
        .formatted(
            brief(ascending),
            modules.size(),
            modules.size() == 1 ? "" : "s",
            ranks.getCount() == 0 ? "" : ", rank " + range(ranks.getMin(), ranks.getMax()));
  }

  private static List<Integer> layers(List<ChosenModule> modules, boolean shared) {
    return modules.stream()
        .filter(chosen -> chosen.shared() == shared)
        .map(ChosenModule::layer)
        .distinct()
        .sorted()
        .toList();
  }

  private static String range(int from, int to) {
    return from == to ? String.valueOf(from) : from + "-" + to;
  }
}
