package io.flexora.report.html.comparison.figure;

import io.flexora.report.html.comparison.Group;
import io.flexora.report.html.comparison.SeedCell;
import io.flexora.report.html.comparison.Strategy;
import io.flexora.report.html.figure.FigureTable;
import io.flexora.report.html.figure.Numerals;
import java.util.ArrayList;
import java.util.List;

/** The metric of each strategy with each seed. */
final class SeedTable {

  private SeedTable() {}

  static FigureTable of(Group group) {
    List<String> seeds =
        group.strategies().stream()
            .flatMap(strategy -> strategy.cells().stream())
            .map(SeedCell::seed)
            .distinct()
            .toList();
    List<String> columns = new ArrayList<>(List.of("Strategy"));
    seeds.forEach(seed -> columns.add("#seed " + seed));
    FigureTable table =
        FigureTable.of("The " + group.found().metricName() + " with each seed", columns);
    for (Strategy strategy : group.strategies()) {
      table.row(
          strategy.title(),
          false,
          seeds.stream().map(seed -> text(strategy, seed, group.decimals())).toList());
    }
    return table;
  }

  private static String text(Strategy strategy, String seed, int decimals) {
    return strategy.cells().stream()
        .filter(cell -> cell.seed().equals(seed))
        .map(
            cell ->
                cell.value().isPresent()
                    ? Numerals.fixed(cell.value().getAsDouble(), decimals)
                    : cell.done() ? Numerals.NONE : cell.state())
        .findFirst()
        .orElse(Numerals.NONE);
  }
}
