package io.flexora.report.html.comparison.figure;

import io.flexora.report.html.comparison.Group;
import io.flexora.report.html.comparison.SeedCell;
import io.flexora.report.html.comparison.Strategy;
import io.flexora.report.html.figure.FigureTable;
import io.flexora.report.html.figure.Numerals;
import io.flexora.results.comparison.Tuning;
import io.flexora.results.comparison.Tuning.TrialRecord;
import io.flexora.results.comparison.Tuning.TunedStrategy;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * The choice of tuning for each strategy and seed, its gain, its cost and its effect on the
 * differences from the baseline.
 */
final class TuningTable {

  private static final int DIGITS = 3;

  private TuningTable() {}

  /** The table; empty where nothing was tuned. */
  static Optional<FigureTable> of(Group group) {
    String metric = group.found().metricName();
    FigureTable table =
        FigureTable.of(
            "Tuning of each strategy with each seed",
            "Strategy",
            "#Seed",
            "Values kept",
            "#Trial",
            "#Of",
            "#" + metric + " with them",
            "#" + metric + " by default",
            "#Steps of all trials",
            "#Time of all trials");
    for (Strategy strategy : group.strategies()) {
      for (SeedCell cell : strategy.cells()) {
        cell.found().tuning().ifPresent(tuning -> row(table, group, strategy, cell, tuning));
      }
    }
    return table.rows().isEmpty() ? Optional.empty() : Optional.of(table);
  }

  /** The differences on the tuning examples; empty where none is known. */
  static Optional<FigureTable> differences(Group group) {
    FigureTable table =
        FigureTable.of(
            "Difference from the baseline on the tuning examples",
            "Strategy",
            "#Pairs of seeds",
            "#By default",
            "#With the values kept");
    for (Strategy strategy : group.strategies()) {
      strategy
          .found()
          .tuning()
          .flatMap(TunedStrategy::againstBaseline)
          .ifPresent(
              difference ->
                  table.row(
                      strategy.name(),
                      Integer.toString(difference.seeds()),
                      Numerals.signed(difference.byDefault(), group.decimals()),
                      Numerals.signed(difference.kept(), group.decimals())));
    }
    return table.rows().isEmpty() ? Optional.empty() : Optional.of(table);
  }

  private static void row(
      FigureTable table, Group group, Strategy strategy, SeedCell cell, Tuning tuning) {
    Optional<TrialRecord> kept = tuning.kept();
    table.row(
        strategy.title(),
        cell.seed(),
        kept.map(trial -> values(trial.values())).orElse(""),
        kept.map(trial -> Integer.toString(trial.number())).orElse(""),
        Integer.toString(tuning.trials().size()),
        kept.map(trial -> value(group, trial.value())).orElse(""),
        tuning.byDefault().map(trial -> value(group, trial.value())).orElse(""),
        Numerals.count((double) tuning.trainingSteps()),
        Numerals.seconds(tuning.seconds()));
  }

  private static String value(Group group, OptionalDouble value) {
    return value.isPresent() ? Numerals.fixed(value.getAsDouble(), group.decimals()) : "";
  }

  private static String values(Map<String, String> values) {
    return values.entrySet().stream()
        .map(value -> value.getKey() + " " + shortened(value.getValue()))
        .collect(Collectors.joining(", "));
  }

  /** Numbers as people read them: the record has all digits. */
  private static String shortened(String text) {
    try {
      double value = Double.parseDouble(text);
      return value == Math.rint(value)
          ? text
          : new BigDecimal(value).round(new MathContext(DIGITS)).stripTrailingZeros().toString();
    } catch (NumberFormatException e) {
      return text;
    }
  }
}
