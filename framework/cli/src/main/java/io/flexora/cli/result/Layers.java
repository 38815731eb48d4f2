package io.flexora.cli.result;

import io.flexora.api.plan.ChosenModule;
import io.flexora.files.text.NumberRanges;
import io.flexora.results.comparison.SeedResult;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.OptionalInt;

/** Writes sets of layers in few characters. */
final class Layers {

  private Layers() {}

  /** The layers that a strategy chose with its seeds, if these are the same; else how many. */
  static String ofSeeds(List<SeedResult> cells) {
    List<List<Integer>> chosen =
        cells.stream().flatMap(cell -> cell.selectedLayers().stream()).distinct().toList();
    if (chosen.isEmpty()) {
      return "";
    }
    if (chosen.size() == 1) {
      return brief(chosen.get(0));
    }
    int least = chosen.stream().mapToInt(List::size).min().orElse(0);
    int most = chosen.stream().mapToInt(List::size).max().orElse(0);
    return (least == most ? String.valueOf(least) : least + " to " + most) + ", vary";
  }

  /** Neighbours as ranges, such as {@code 0-2,5}; {@code none} for none. */
  static String brief(List<Integer> ascending) {
    List<String> ranges = NumberRanges.of(ascending);
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
            ranks.getCount() == 0
                ? ""
                : ", rank " + NumberRanges.range(ranks.getMin(), ranks.getMax()));
  }

  private static List<Integer> layers(List<ChosenModule> modules, boolean shared) {
    return modules.stream()
        .filter(chosen -> chosen.shared() == shared)
        .map(ChosenModule::layer)
        .distinct()
        .sorted()
        .toList();
  }
}
