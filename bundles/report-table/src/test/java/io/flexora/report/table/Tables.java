package io.flexora.report.table;

import io.flexora.api.metric.MetricDescription;
import io.flexora.results.comparison.CellState;
import io.flexora.results.comparison.ComparisonResult;
import io.flexora.results.comparison.ComparisonResult.Budget;
import io.flexora.results.comparison.DifferenceResult;
import io.flexora.results.comparison.DifferenceResult.TestResult;
import io.flexora.results.comparison.GroupResult;
import io.flexora.results.comparison.SeedResult;
import io.flexora.results.comparison.StrategyResult;
import io.flexora.results.comparison.Tuning;
import io.flexora.results.comparison.Tuning.TrialRecord;
import io.flexora.results.comparison.Tuning.Tuned;
import io.flexora.results.comparison.Tuning.TunedStrategy;
import io.flexora.results.run.CellOutcome;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Comparisons of few strategies. */
final class Tables {

  private static final OptionalDouble NONE = OptionalDouble.empty();

  private Tables() {}

  /** A comparison of one strategy, without a metric. */
  static ComparisonResult result(String name, StrategyResult strategy) {
    return result(name, Optional.empty(), strategy);
  }

  static ComparisonResult result(
      String name, Optional<MetricDescription> metric, StrategyResult... strategies) {
    GroupResult group =
        new GroupResult(
            "bge",
            "sense",
            OptionalInt.empty(),
            OptionalLong.empty(),
            metric,
            "",
            List.of(strategies));
    Budget budget = new Budget("steps", NONE, "excluded", "excluded");
    return new ComparisonResult(
        name, "all", List.of(1L), budget, 0.95, List.of(group), Optional.empty());
  }

  /** A strategy that costs 96 026 parameters and 61.25 seconds. */
  static StrategyResult strategy(
      String name, String selector, SeedResult cell, Optional<DifferenceResult> difference) {
    return new StrategyResult(
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
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** The same row, trained by one of several trainers. */
  static StrategyResult trainedBy(String trainer, StrategyResult row) {
    return new StrategyResult(
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
        Optional.of(trainer),
        row.reference());
  }

  /** A difference of 0.01 that was tested so. */
  static DifferenceResult difference(
      int seeds,
      Optional<TestResult> overSeeds,
      Optional<TestResult> overExamples,
      Optional<TestResult> overBoth,
      OptionalDouble adjusted) {
    return new DifferenceResult(
        0.01,
        seeds,
        OptionalInt.empty(),
        Optional.empty(),
        overSeeds,
        Optional.empty(),
        overExamples,
        overBoth,
        Optional.empty(),
        NONE,
        adjusted,
        adjusted,
        adjusted.isPresent()
            ? DifferenceResult.Verdict.NOT_DISTINGUISHABLE
            : DifferenceResult.Verdict.ONE_SEED_ONLY,
        OptionalInt.empty(),
        Optional.empty());
  }

  /** A cell whose tuning kept a learning rate, with the metric before and after. */
  static SeedResult tunedCell(long seed, String rate, double before, double after) {
    TrialRecord byDefault = trial(0, "0.001", before);
    boolean kept = before == after;
    Tuning tuning =
        new Tuning(
            kept ? List.of(byDefault) : List.of(byDefault, trial(1, rate, after)),
            OptionalInt.of(kept ? 0 : 1),
            OptionalDouble.of(after - before),
            9,
            90,
            OptionalLong.empty());
    return cell(seed, OptionalDouble.of(0.7), Optional.of(tuning));
  }

  /** A cell that is done. */
  static SeedResult cell(long seed, OptionalDouble value, Optional<Tuning> tuning) {
    return new SeedResult(
        "bge.sense.top_k." + seed,
        seed,
        CellState.DONE,
        Optional.empty(),
        value,
        NONE,
        Optional.of(
            CellOutcome.of(1).selectedLayers(List.of(1, 2)).trainableParameters(96_026).build()),
        Optional.empty(),
        Optional.empty(),
        NONE,
        tuning);
  }

  private static TrialRecord trial(int number, String rate, double value) {
    return new TrialRecord(
        number,
        "bge.sense.top_k.1.trial-" + number,
        Map.of("trainer.learning_rate", rate),
        1,
        OptionalDouble.of(value),
        NONE,
        OptionalDouble.of(3),
        OptionalLong.of(30),
        Optional.empty());
  }

  /** A strategy of cells that are done. */
  static StrategyResult withCells(
      String name, List<SeedResult> cells, Optional<TunedStrategy> tuning) {
    StrategyResult one = strategy(name, "top", cells.get(0), Optional.empty());
    return new StrategyResult(
        name,
        one.selector(),
        cells,
        cells.size(),
        0,
        one.mean(),
        one.standardDeviation(),
        one.interval(),
        one.trainableParameters(),
        one.searchSeconds(),
        one.trainSeconds(),
        one.seconds(),
        one.peakMemoryBytes(),
        one.layerFrequency(),
        one.jaccard(),
        one.jaccardByChance(),
        one.frontParameters(),
        one.frontSeconds(),
        one.againstBaseline(),
        one.sentence(),
        one.adapter(),
        one.counterpart(),
        tuning,
        one.trainer(),
        one.reference());
  }

  /** The same comparison with another budget. */
  static ComparisonResult with(ComparisonResult result, Budget budget) {
    return new ComparisonResult(
        result.name(),
        result.baseline(),
        result.seeds(),
        budget,
        result.confidence(),
        result.groups(),
        result.tuning());
  }

  /** The same comparison with how its strategies were tuned. */
  static ComparisonResult with(ComparisonResult result, Tuned tuned) {
    return new ComparisonResult(
        result.name(),
        result.baseline(),
        result.seeds(),
        result.budget(),
        result.confidence(),
        result.groups(),
        Optional.of(tuned));
  }
}
