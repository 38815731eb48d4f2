package io.flexora.report.table;

import io.flexora.api.metric.MetricDescription;
import io.flexora.api.report.ComparisonResult;
import io.flexora.api.report.ComparisonResult.Budget;
import io.flexora.api.report.ComparisonResult.Cell;
import io.flexora.api.report.ComparisonResult.Difference;
import io.flexora.api.report.ComparisonResult.Group;
import io.flexora.api.report.ComparisonResult.Strategy;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Comparisons of one strategy with one cell. */
final class Tables {

  private static final OptionalDouble NONE = OptionalDouble.empty();

  private Tables() {}

  /** A comparison without a metric. */
  static ComparisonResult result(String name, Strategy strategy) {
    return result(name, Optional.empty(), strategy);
  }

  static ComparisonResult result(
      String name, Optional<MetricDescription> metric, Strategy strategy) {
    Group group =
        new Group(
            "bge",
            "sense",
            OptionalInt.empty(),
            OptionalLong.empty(),
            metric,
            "",
            List.of(strategy));
    Budget budget = new Budget("steps", NONE, "excluded");
    return new ComparisonResult(name, "all", List.of(1L), budget, 0.95, List.of(group));
  }

  /** A strategy that costs 96 026 parameters and 61.25 seconds. */
  static Strategy strategy(
      String name, String selector, Cell cell, Optional<Difference> difference) {
    return new Strategy(
        name,
        selector,
        List.of(cell),
        1,
        0,
        OptionalDouble.of(0.73126),
        OptionalDouble.of(0.0123),
        Optional.empty(),
        OptionalDouble.of(96_026),
        NONE,
        NONE,
        OptionalDouble.of(61.25),
        OptionalLong.empty(),
        Optional.empty(),
        NONE,
        NONE,
        false,
        false,
        difference,
        "",
        Optional.empty(),
        Optional.empty());
  }

  /** The same row, trained by one of several trainers. */
  static Strategy trainedBy(String trainer, Strategy row) {
    return new Strategy(
        row.name(),
        row.selector(),
        row.cells(),
        row.done(),
        row.failed(),
        row.mean(),
        row.standardDeviation(),
        row.interval(),
        row.trainableParameters(),
        row.searchSeconds(),
        row.trainSeconds(),
        row.seconds(),
        row.peakMemoryBytes(),
        row.layerFrequency(),
        row.jaccard(),
        row.jaccardByChance(),
        row.frontParameters(),
        row.frontSeconds(),
        row.againstBaseline(),
        row.sentence(),
        row.adapter(),
        row.counterpart(),
        row.tuning(),
        Optional.of(trainer));
  }
}
