package io.flexora.web;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * How long the rest will take, if each cell takes as long as those of its strategy did: in the same
 * model and task, else in all of them, else as long as any cell.
 */
final class TimeLeft {

  private final Map<List<String>, double[]> sums = new HashMap<>();

  /** A cell took that long. */
  void took(CellName cell, double seconds) {
    keys(cell)
        .forEach(
            key -> {
              double[] sum = sums.computeIfAbsent(key, k -> new double[2]);
              sum[0] += seconds;
              sum[1]++;
            });
  }

  private static Stream<List<String>> keys(CellName cell) {
    return Stream.of(
        List.of(cell.model(), cell.task(), cell.strategy()), List.of(cell.strategy()), List.of());
  }

  private OptionalDouble usual(CellName cell) {
    return keys(cell)
        .map(sums::get)
        .filter(java.util.Objects::nonNull)
        .mapToDouble(sum -> sum[0] / sum[1])
        .findFirst();
  }

  /**
   * The seconds left; empty as long as no cell has ended.
   *
   * @param running the cells that run, with the seconds that each has taken
   * @param toDo the cells not begun
   */
  OptionalDouble of(Map<CellName, Double> running, Collection<CellName> toDo) {
    if (sums.isEmpty()) {
      return OptionalDouble.empty();
    }
    double ahead = toDo.stream().mapToDouble(cell -> usual(cell).orElseThrow()).sum();
    double longest = 0;
    for (Map.Entry<CellName, Double> cell : running.entrySet()) {
      double rest = Math.max(0, usual(cell.getKey()).orElseThrow() - cell.getValue());
      ahead += rest;
      longest = Math.max(longest, rest);
    }
    // Cells to come take the places of those that run; none ends sooner than what runs does.
    return OptionalDouble.of(Math.max(longest, ahead / Math.max(1, running.size())));
  }
}
