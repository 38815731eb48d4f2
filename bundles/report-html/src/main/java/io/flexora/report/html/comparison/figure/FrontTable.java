package io.flexora.report.html.comparison.figure;

import io.flexora.report.html.comparison.Group;
import io.flexora.report.html.comparison.Strategy;
import io.flexora.report.html.figure.Figure;
import io.flexora.report.html.figure.Numerals;
import io.flexora.report.html.figure.Table;
import java.util.List;

/** The fronts in figures. */
final class FrontTable {

  private FrontTable() {}

  static Table of(Group group) {
    Table table =
        Table.of(
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
              Figure.of(strategy.found().mean(), mean -> Numerals.fixed(mean, group.decimals())),
              Figure.of(strategy.found().trainableParameters(), Numerals::count),
              Figure.text(strategy.found().frontParameters() ? "yes" : "no"),
              Figure.of(strategy.found().seconds(), seconds -> Numerals.fixed(seconds, 1)),
              Figure.text(strategy.found().frontSeconds() ? "yes" : "no")));
    }
    return table;
  }
}
