package io.flexora.report.table;

import io.flexora.results.comparison.GroupResult;
import io.flexora.results.comparison.SeedResult;
import io.flexora.results.comparison.StrategyResult;
import io.flexora.results.comparison.Tuning;
import io.flexora.results.comparison.Tuning.TrialRecord;
import io.flexora.results.comparison.Tuning.Tuned;
import io.flexora.results.comparison.Tuning.TunedDifference;
import io.flexora.results.comparison.Tuning.TunedStrategy;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The choices of tuning in a group: a row for each strategy and seed, with the values that were
 * kept and the metric on the examples that judge trials, with the default values and with those;
 * and a row with the differences from the baseline on the same examples.
 */
final class LatexTuning {

  private final GroupResult group;
  private final Tuned tuned;
  private final String baseline;
  private final int decimals;
  private final List<String> rows;

  /**
   * Makes the rows.
   *
   * @param tuned how strategies were tuned
   * @param baseline the strategy that differences are taken against
   * @param decimals those of the metric
   */
  LatexTuning(GroupResult group, Tuned tuned, String baseline, int decimals) {
    this.group = group;
    this.tuned = tuned;
    this.baseline = baseline;
    this.decimals = decimals;
    this.rows = group.strategies().stream().flatMap(strategy -> rows(strategy).stream()).toList();
  }

  /** The table below that of the strategies; empty if the tuning of no cell has ended. */
  String text() {
    String columns = "lr" + "l".repeat(tuned.options().size()) + "rrr";
    return new LatexTabular(columns, head(), rows).below();
  }

  /** What the caption says of it; empty where {@link #text} is. */
  String caption() {
    return rows.isEmpty()
        ? ""
        : String.format(
                Locale.ROOT,
                " At the bottom, the values that tuner %s chose for each strategy and seed, with the"
                    + " metric on the %.0f\\,\\%% of the validation examples that judge trials, with"
                    + " the default values (before) and with those (after). The best was chosen by"
                    + " these examples, so the gain%s is too high on average; intervals are over"
                    + " seeds.",
                LatexText.of(tuned.tuner()),
                100 * tuned.share(),
                signOfGain())
            + ties()
            + differences();
  }

  /** What the sign of a gain says where it is not that of the metric. */
  private String signOfGain() {
    return group.lowerIsBetter() ? " (before less after, as less is better)" : "";
  }

  private String ties() {
    return tuned.tiesInWords().stream()
        .map(tie -> " In each trial, " + LatexText.of(tie) + ".")
        .collect(Collectors.joining());
  }

  /** What the rows of differences are; empty where there are none. */
  private String differences() {
    return group.strategies().stream().allMatch(strategy -> difference(strategy).isEmpty())
        ? ""
        : (" Rows ``difference'' have the mean difference from %s over seeds on these examples, where"
                + " both have the default values and where both have those that were chosen.")
            .formatted(LatexText.of(baseline));
  }

  private static Optional<TunedDifference> difference(StrategyResult strategy) {
    return strategy.tuning().flatMap(TunedStrategy::againstBaseline);
  }

  private String head() {
    return Stream.of(
                Stream.of("Strategy", "Seed"),
                tuned.options().stream().map(LatexText::of),
                Stream.of("Before", "After", "Gain"))
            .flatMap(names -> names)
            .collect(Collectors.joining(" & "))
        + " \\\\";
  }

  private List<String> rows(StrategyResult strategy) {
    List<String> rows = new ArrayList<>();
    for (SeedResult cell : strategy.cells()) {
      cell.tuning()
          .flatMap(tuning -> tuning.kept().map(kept -> row(strategy, cell, tuning, kept)))
          .ifPresent(rows::add);
    }
    if (rows.size() > 1) {
      strategy.tuning().map(all -> mean(strategy, all)).ifPresent(rows::add);
    }
    difference(strategy).map(found -> row(strategy, found)).ifPresent(rows::add);
    return rows;
  }

  private String row(StrategyResult strategy, SeedResult cell, Tuning tuning, TrialRecord kept) {
    return line(
        strategy,
        "$" + cell.seed() + "$",
        tuned.options().stream()
            .map(option -> Optional.ofNullable(kept.values().get(option)))
            .map(value -> value.map(LatexText::of).orElse(LatexNumber.NONE))
            .toList(),
        LatexNumber.fixed(
            tuning.byDefault().map(TrialRecord::value).orElse(OptionalDouble.empty()), decimals),
        LatexNumber.fixed(kept.value(), decimals),
        LatexNumber.signed(tuning.gain(), decimals));
  }

  private String mean(StrategyResult strategy, TunedStrategy all) {
    String gain =
        LatexNumber.signed(all.gain(), decimals)
            + all.interval()
                .map(interval -> "\\," + LatexNumber.interval(interval, decimals))
                .orElse("");
    return line(strategy, "mean", noValues(), "", "", gain);
  }

  private String row(StrategyResult strategy, TunedDifference difference) {
    return line(
        strategy,
        "difference",
        noValues(),
        LatexNumber.signed(OptionalDouble.of(difference.byDefault()), decimals),
        LatexNumber.signed(OptionalDouble.of(difference.kept()), decimals),
        "");
  }

  private List<String> noValues() {
    return tuned.options().stream().map(option -> "").toList();
  }

  private static String line(
      StrategyResult strategy,
      String seed,
      List<String> values,
      String before,
      String after,
      String gain) {
    List<String> columns = new ArrayList<>(List.of(LatexText.of(strategy.name()), seed));
    columns.addAll(values);
    columns.addAll(List.of(before, after, gain));
    return String.join(" & ", columns) + " \\\\";
  }
}
