package io.flexora.report.html.comparison.figure;

import io.flexora.report.html.comparison.Findings;
import io.flexora.report.html.comparison.Group;
import io.flexora.report.html.comparison.Strategy;
import io.flexora.report.html.figure.FigureTable;
import io.flexora.report.html.figure.Numerals;
import io.flexora.results.comparison.DifferenceResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** The results of each strategy in every group. */
final class Summary {

  private Summary() {}

  /** Absent where there is one group only. */
  static Optional<FigureTable> of(Findings findings) {
    if (findings.groups().size() < 2) {
      return Optional.empty();
    }
    List<String> columns = new ArrayList<>(List.of("Strategy"));
    findings.groups().forEach(group -> columns.add(group.title() + ", " + group.heading()));
    FigureTable table = FigureTable.of("Mean over seeds and difference to the baseline", columns);
    findings.groups().stream()
        .flatMap(group -> group.strategies().stream())
        .map(Strategy::name)
        .distinct()
        .forEach(
            name ->
                table.row(
                    name.equals(findings.baseline()) ? name + " (baseline)" : name,
                    false,
                    findings.groups().stream().map(group -> entry(group, name)).toList()));
    return Optional.of(table);
  }

  private static String entry(Group group, String name) {
    return group.strategies().stream()
        .filter(strategy -> strategy.name().equals(name))
        .findFirst()
        .map(strategy -> entry(group, strategy))
        .orElse(Numerals.NONE);
  }

  private static String entry(Group group, Strategy strategy) {
    OptionalDouble mean = strategy.found().mean();
    if (mean.isEmpty()) {
      return Numerals.NONE;
    }
    String value = Numerals.fixed(mean.getAsDouble(), group.decimals());
    return strategy
        .difference()
        .map(difference -> value + " (" + against(group, difference) + ")")
        .orElse(value);
  }

  private static String against(Group group, DifferenceResult difference) {
    return Numerals.signed(difference.difference(), group.decimals())
        + ", "
        + difference.verdict().words();
  }
}
