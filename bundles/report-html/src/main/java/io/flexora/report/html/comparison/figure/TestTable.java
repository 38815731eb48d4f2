package io.flexora.report.html.comparison.figure;

import io.flexora.report.html.comparison.Difference;
import io.flexora.report.html.comparison.Difference.Test;
import io.flexora.report.html.comparison.Group;
import io.flexora.report.html.comparison.Strategy;
import io.flexora.report.html.figure.Numerals;
import io.flexora.report.html.figure.Table;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.DoubleFunction;

/** Every test of every difference, in full. */
final class TestTable {

  private TestTable() {}

  /** Absent where nothing was tested. */
  static Optional<Table> of(Group group) {
    Table table =
        Table.of(
            "Each strategy against the baseline",
            "Strategy",
            "#Pairs of seeds",
            "#Difference",
            "#Interval over seeds",
            "#p, t-test",
            "#p, sign flips",
            "#Interval over examples",
            "#p, examples",
            "#Interval over both",
            "#Only this right",
            "#Only the baseline",
            "#p, McNemar",
            "#Greater p",
            "#Adjusted p",
            "#Seeds needed in all");
    for (Strategy strategy : group.compared()) {
      table.row(strategy.name(), false, row(strategy.difference().orElseThrow(), group.decimals()));
    }
    return table.rows().isEmpty() ? Optional.empty() : Optional.of(table);
  }

  private static List<String> row(Difference difference, int decimals) {
    return List.of(
        text(difference.number("seeds"), Numerals::count),
        text(difference.value(), value -> Numerals.signed(value, decimals)),
        interval(difference, Test.OVER_SEEDS, decimals),
        text(difference.p(Test.OVER_SEEDS), Numerals::probability),
        text(difference.p(Test.SIGN_FLIPS), Numerals::probability),
        interval(difference, Test.OVER_EXAMPLES, decimals),
        text(difference.p(Test.OVER_EXAMPLES), Numerals::probability),
        interval(difference, Test.OVER_BOTH, decimals),
        text(difference.test(Test.MCNEMAR).number("only_this"), Numerals::count),
        text(difference.test(Test.MCNEMAR).number("only_baseline"), Numerals::count),
        text(difference.p(Test.MCNEMAR), Numerals::probability),
        text(difference.number("p_value"), Numerals::probability),
        text(difference.number("p_adjusted"), Numerals::probability),
        text(difference.number("seeds_needed"), Numerals::count));
  }

  private static String text(OptionalDouble number, DoubleFunction<String> words) {
    return number.isPresent() ? words.apply(number.getAsDouble()) : Numerals.NONE;
  }

  private static String interval(Difference difference, Test test, int decimals) {
    return difference
        .interval(test)
        .map(i -> Numerals.range(i.low(), i.high(), decimals))
        .orElse(Numerals.NONE);
  }
}
