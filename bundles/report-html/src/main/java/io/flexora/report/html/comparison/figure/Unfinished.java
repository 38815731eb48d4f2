package io.flexora.report.html.comparison.figure;

import io.flexora.report.html.comparison.Findings;
import io.flexora.report.html.comparison.Group;
import io.flexora.report.html.comparison.SeedCell;
import io.flexora.report.html.comparison.Strategy;
import io.flexora.report.html.figure.FigureTable;
import java.util.List;
import java.util.Optional;

/** The cells that are not done, with what is known of why. */
final class Unfinished {

  private Unfinished() {}

  static Optional<FigureTable> of(Findings findings) {
    FigureTable table =
        FigureTable.of("Unfinished cells", "Cell", "Strategy", "#Seed", "State", "Cause");
    for (Group group : findings.groups()) {
      for (Strategy strategy : group.strategies()) {
        strategy.cells().stream()
            .filter(cell -> !cell.done())
            .forEach(cell -> table.row(id(cell), false, row(strategy, cell)));
      }
    }
    return table.rows().isEmpty() ? Optional.empty() : Optional.of(table);
  }

  private static String id(SeedCell cell) {
    return cell.found().id();
  }

  private static List<String> row(Strategy strategy, SeedCell cell) {
    String cause =
        cell.found()
            .failure()
            .orElse(cell.state().equals("missing") ? "not run yet" : "no cause was recorded");
    return List.of(strategy.name(), cell.seed(), cell.state(), cause);
  }
}
