package io.flexora.report.html.comparison.figure;

import io.flexora.report.html.comparison.Group;
import io.flexora.report.html.comparison.Strategy;
import io.flexora.report.html.figure.FigureTable;
import io.flexora.report.html.figure.Numerals;
import io.flexora.report.html.figure.SortedText;
import java.util.List;

/** The fronts in figures. */
final class FrontTable {

  private FrontTable() {}

  static FigureTable of(Group group) {
    FigureTable table =
        FigureTable.of(
            "Metric against cost",
            "Strategy",
            "#" + group.heading(),
            "#Trainable parameters",
            "On this front",
            "#Time, s",
            "On this front");
    for (Strategy strategy : group.strategies()) {
      table.figures(
          strategy.title(),
          false,
          List.of(
              SortedText.of(
                  strategy.found().mean(), mean -> Numerals.fixed(mean, group.decimals())),
              SortedText.of(strategy.found().trainableParameters(), Numerals::count),
              SortedText.text(strategy.found().frontParameters() ? "yes" : "no"),
              SortedText.of(strategy.found().seconds(), seconds -> Numerals.fixed(seconds, 1)),
              SortedText.text(strategy.found().frontSeconds() ? "yes" : "no")));
    }
    return table;
  }
}
