package io.flexora.cli.result;

import io.flexora.results.comparison.SeedResult;
import java.util.List;

/** The layers that a strategy chose with its seeds, in few characters. */
final class ChosenLayers {

  private ChosenLayers() {}

  /** The layers if they are always the same; else how many they are. */
  static String of(List<SeedResult> cells) {
    List<List<Integer>> chosen =
        cells.stream().flatMap(cell -> cell.selectedLayers().stream()).distinct().toList();
    if (chosen.isEmpty()) {
      return "";
    }
    if (chosen.size() == 1) {
      return Layers.brief(chosen.get(0));
    }
    int least = chosen.stream().mapToInt(List::size).min().orElse(0);
    int most = chosen.stream().mapToInt(List::size).max().orElse(0);
    return (least == most ? String.valueOf(least) : least + " to " + most) + ", vary";
  }
}
