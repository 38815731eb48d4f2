package io.flexora.report.html.comparison.figure;

import io.flexora.report.html.comparison.Group;
import io.flexora.report.html.comparison.Strategy;
import io.flexora.report.html.figure.Cost;
import io.flexora.report.html.figure.FigureTable;
import io.flexora.report.html.figure.Numerals;
import io.flexora.report.html.figure.Scale;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The cost of each strategy. */
final class Spending {

  private Spending() {}

  /** The mean time over the seeds, and the peak memory; what of them was measured. */
  static List<Cost> of(Group group) {
    List<Cost.PartCosts> times =
        group.strategies().stream()
            .map(strategy -> new Cost.PartCosts(strategy.title(), false, strategy.seconds()))
            .toList();
    return Stream.of(
            Cost.time("Mean over seeds, by phase; total on the right." + trials(group), times),
            memory(group))
        .flatMap(Optional::stream)
        .toList();
  }

  private static String trials(Group group) {
    return group.tuned() ? " Without the trials of tunings, whose times stand above." : "";
  }

  private static Optional<Cost> memory(Group group) {
    double most = group.strategies().stream().mapToDouble(Spending::peak).max().orElse(0);
    if (most <= 0) {
      return Optional.empty();
    }
    FigureTable table = FigureTable.of("Peak memory", "Strategy", "#Peak");
    group.strategies().stream()
        .filter(strategy -> peak(strategy) > 0)
        .forEach(s -> table.row(s.title(), Numerals.bytes(peak(s))));
    return Optional.of(
        new Cost(
            "Peak memory",
            "Peak resident memory of the process; cells run in one process share it.",
            true,
            group.strategies().stream()
                .filter(strategy -> peak(strategy) > 0)
                .map(strategy -> row(strategy, most))
                .toList(),
            table));
  }

  private static Cost.CostBars row(Strategy strategy, double most) {
    String peak = Numerals.bytes(peak(strategy));
    Cost.PartBar bar =
        new Cost.PartBar(
            "peak",
            new Scale(0, most, most).at(peak(strategy)),
            peak,
            strategy.name() + ": " + peak);
    return new Cost.CostBars(strategy.title(), false, List.of(bar), peak);
  }

  private static double peak(Strategy strategy) {
    return strategy.found().peakMemoryBytes().orElse(0);
  }
}
