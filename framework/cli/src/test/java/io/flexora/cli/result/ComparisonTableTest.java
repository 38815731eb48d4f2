package io.flexora.cli.result;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.evaluate.MetricValue.ConfidenceInterval;
import io.flexora.api.metric.MetricDescription;
import io.flexora.cli.output.Palette;
import io.flexora.results.comparison.CellState;
import io.flexora.results.comparison.ComparisonResult;
import io.flexora.results.comparison.ComparisonResult.Budget;
import io.flexora.results.comparison.DifferenceResult;
import io.flexora.results.comparison.DifferenceResult.TestResult;
import io.flexora.results.comparison.Equivalence;
import io.flexora.results.comparison.GroupResult;
import io.flexora.results.comparison.SeedResult;
import io.flexora.results.comparison.StrategyResult;
import io.flexora.results.comparison.StrategyResult.Counterpart;
import io.flexora.results.comparison.StrategyResult.MarginReference;
import io.flexora.results.run.CellOutcome;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;

class ComparisonTableTest {

  private static final OptionalDouble NONE = OptionalDouble.empty();

  private static final MetricDescription ACCURACY = MetricDescription.fraction("accuracy");

  private static ComparisonResult result(GroupResult... groups) {
    Budget budget = new Budget("layers", OptionalDouble.of(2), "excluded", "excluded");
    return new ComparisonResult(
        "mine", "all", List.of(1L, 2L), budget, 0.95, List.of(groups), Optional.empty());
  }

  private static GroupResult group(String sentence, List<StrategyResult> strategies) {
    return new GroupResult(
        "bge",
        "glosses",
        OptionalInt.empty(),
        OptionalLong.empty(),
        Optional.of(ACCURACY),
        sentence,
        strategies);
  }

  private static SeedResult cell(CellState state, Integer... layers) {
    return cell(state, state == CellState.DONE ? OptionalDouble.of(0.7) : NONE, layers);
  }

  private static SeedResult cell(CellState state, OptionalDouble value, Integer... layers) {
    return new SeedResult(
        "bge.glosses.s.1",
        1,
        state,
        Optional.empty(),
        value,
        NONE,
        Optional.of(CellOutcome.of(1).selectedLayers(List.of(layers)).build())
            .filter(outcome -> state == CellState.DONE),
        Optional.empty(),
        Optional.empty(),
        NONE,
        Optional.empty());
  }

  private static StrategyResult strategy(
      String name,
      List<SeedResult> cells,
      int failed,
      OptionalDouble mean,
      OptionalDouble deviation,
      OptionalDouble parameters,
      OptionalDouble seconds,
      Optional<DifferenceResult> difference,
      String sentence) {
    return new StrategyResult(
        name,
        name,
        cells,
        cells.size() - failed,
        failed,
        mean,
        deviation,
        Optional.empty(),
        parameters,
        NONE,
        NONE,
        seconds,
        OptionalLong.empty(),
        Optional.empty(),
        NONE,
        NONE,
        false,
        false,
        difference,
        sentence,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static StrategyResult against(StrategyResult strategy, String other) {
    return of(
        strategy,
        Optional.of("dora"),
        Optional.of(new Counterpart(other, better(), strategy.name() + " and " + other + ".")),
        Optional.empty());
  }

  /** The same with what it is tested against beside the baseline. */
  private static StrategyResult of(
      StrategyResult strategy,
      Optional<String> adapter,
      Optional<Counterpart> counterpart,
      Optional<MarginReference> reference) {
    return new StrategyResult(
        strategy.name(),
        strategy.selector(),
        strategy.cells(),
        strategy.done(),
        strategy.failed(),
        strategy.mean(),
        strategy.standardDeviation(),
        strategy.interval(),
        strategy.trainableParameters(),
        strategy.searchSeconds(),
        strategy.trainSeconds(),
        strategy.seconds(),
        strategy.peakMemoryBytes(),
        strategy.layerFrequency(),
        strategy.jaccard(),
        strategy.jaccardByChance(),
        strategy.frontParameters(),
        strategy.frontSeconds(),
        strategy.againstBaseline(),
        strategy.sentence(),
        adapter,
        counterpart,
        Optional.empty(),
        Optional.empty(),
        reference);
  }

  private static Optional<DifferenceResult> better() {
    TestResult test =
        new TestResult(
            "paired t-test",
            Optional.of(new ConfidenceInterval(0.03, 0.07)),
            OptionalDouble.of(1e-4));
    return Optional.of(
        new DifferenceResult(
            0.05,
            2,
            OptionalInt.empty(),
            Optional.empty(),
            Optional.of(test),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            NONE,
            OptionalDouble.of(1e-4),
            OptionalDouble.of(2e-4),
            DifferenceResult.Verdict.BETTER,
            OptionalInt.empty(),
            Optional.empty()));
  }

  @org.junit.jupiter.api.Test
  void strategiesStandSideBySideWithTheirDifferenceToTheBaseline() {
    StrategyResult all =
        strategy(
            "all",
            List.of(cell(CellState.DONE, 0, 1, 2), cell(CellState.DONE, 0, 1, 2)),
            0,
            OptionalDouble.of(0.7),
            OptionalDouble.of(0.01),
            OptionalDouble.of(96_026),
            OptionalDouble.of(3.54),
            Optional.empty(),
            "all is the baseline.");
    StrategyResult flexora =
        strategy(
            "flexora",
            List.of(cell(CellState.DONE, 0, 5), cell(CellState.DONE, 3), cell(CellState.FAILED)),
            1,
            OptionalDouble.of(0.75),
            NONE,
            OptionalDouble.of(48_000),
            OptionalDouble.of(9),
            better(),
            "");
    StrategyResult none =
        strategy("none", List.of(), 0, NONE, NONE, NONE, NONE, Optional.empty(), "");
    GroupResult group =
        new GroupResult(
            "bge",
            "glosses",
            OptionalInt.of(12),
            OptionalLong.of(1000),
            Optional.of(ACCURACY),
            "flexora is better; random is not distinguishable.",
            List.of(all, flexora, none));

    List<String> lines =
        new ComparisonTable(result(group)).lines(new Palette(false), Integer.MAX_VALUE);

    assertThat(lines.stream().map(line -> line.replaceAll(" {2,}", "|")))
        .containsExactly(
            "",
            "bge on glosses, 1,000 test examples, 12 layers",
            "STRATEGY|LAYERS|PARAMETERS|ACCURACY|SEEDS|TO all|INTERVAL|P|VERDICT|SECONDS",
            "all|0-2|96,026|0.7000 " + Sign.plusMinus() + " 0.0100|2|3.5",
            "flexora|1 to 2, vary|48,000|0.7500|2 of 3|+0.0500|[+0.0300, +0.0700]|<0.001"
                + "|better|9.0",
            "none|0",
            "Mean and standard deviation over the seeds that have a value; interval of 95 % over seeds; P",
            "adjusted by Holm's method; SECONDS of search, training and evaluation.",
            "flexora is better; random is not distinguishable.",
            "|all is the baseline.");
  }

  @org.junit.jupiter.api.Test
  void aCellThatIsDoneWithoutAFiniteValueIsNotCounted() {
    SeedResult done = cell(CellState.DONE, 0);
    SeedResult infinite = cell(CellState.DONE, NONE, 0);
    List<List<SeedResult>> some = List.of(List.of(done, done, done), List.of(done, infinite, done));
    assertThat(columns(some))
        .contains(
            "STRATEGY|LAYERS|ACCURACY|SEEDS",
            "s0|0|0.7000|3",
            "s1|0|0.7000|2 of 3",
            "Mean and standard deviation over the seeds that have a value.");

    List<List<SeedResult>> alike = List.of(List.of(done, infinite), List.of(infinite, done));
    assertThat(columns(alike)).contains("s0|0|0.7000|1 of 2", "s1|0|0.7000|1 of 2");
    assertThat(columns(List.of(List.of(done, done), List.of(done, done))))
        .contains(
            "STRATEGY|LAYERS|ACCURACY", "s1|0|0.7000", "Mean and standard deviation over 2 seeds.");
  }

  /** The lines of a group whose strategies have these cells, with a bar between columns. */
  private static List<String> columns(List<List<SeedResult>> cells) {
    List<StrategyResult> strategies =
        IntStream.range(0, cells.size())
            .mapToObj(
                i ->
                    strategy(
                        "s" + i,
                        cells.get(i),
                        0,
                        OptionalDouble.of(0.7),
                        NONE,
                        NONE,
                        NONE,
                        Optional.empty(),
                        ""))
            .toList();
    return lines(strategies).stream().map(line -> line.replaceAll(" {2,}", "|")).toList();
  }

  @org.junit.jupiter.api.Test
  void adaptersStandBesideTheSameStrategyWithAnother() {
    Optional<DifferenceResult> none = Optional.empty();
    StrategyResult dora =
        strategy("all+dora", List.of(), 0, NONE, NONE, NONE, NONE, none, "Of all.");
    StrategyResult last =
        strategy("last+dora", List.of(), 0, NONE, NONE, NONE, NONE, none, "Of last.");
    GroupResult group = group("In all.", List.of(against(dora, "all"), against(last, "last+lora")));

    List<String> lines =
        new ComparisonTable(result(group)).lines(new Palette(false), Integer.MAX_VALUE);

    assertThat(lines.stream().map(line -> line.replaceAll(" {2,}", "|")).skip(5))
        .containsExactly(
            "With the strategy held equal",
            "STRATEGY|AGAINST|DIFFERENCE|INTERVAL|P|VERDICT",
            "all+dora|all|+0.0500|[+0.0300, +0.0700]|<0.001|better",
            "last+dora|last+lora|+0.0500|[+0.0300, +0.0700]|<0.001|better",
            "Mean and standard deviation over the seeds that have a value; interval of 95 % over seeds; P",
            "adjusted by Holm's method.",
            "In all.",
            // The baseline is its counterpart, of which all is said.
            "|Of all.",
            "|Of last.",
            "|last+dora and last+lora.");
  }

  @org.junit.jupiter.api.Test
  void withoutAnIntervalOverSeedsThatOverExamplesIsShown() {
    TestResult overSeeds =
        new TestResult("paired t-test", Optional.empty(), OptionalDouble.of(0.5));
    TestResult overExamples =
        new TestResult(
            "permutation",
            Optional.of(new ConfidenceInterval(0.01, 0.09)),
            OptionalDouble.of(0.02));
    assertThat(lines(of(2, overSeeds, overExamples)))
        .element(3)
        .asString()
        .contains("+0.0500  [+0.0100, +0.0900]  ")
        .contains("0.500  not distinguishable");
    assertThat(String.join(" ", lines(of(2, overSeeds, overExamples))))
        .contains("over examples, as there are too few seeds");
    assertThat(String.join(" ", lines(of(3, overSeeds, overExamples))))
        .contains("over examples, as each difference is the same with every seed");
    // Where no example differs either, there is no interval at all.
    TestResult none = new TestResult("permutation", Optional.empty(), OptionalDouble.of(1));
    assertThat(String.join(" ", lines(of(3, overSeeds, none)))).doesNotContain("nterval", "[");
  }

  @org.junit.jupiter.api.Test
  void theTestsWhoseGreatestPIsShownAreNamed() {
    TestResult test =
        new TestResult(
            "a test", Optional.of(new ConfidenceInterval(0.01, 0.09)), OptionalDouble.of(0.5));

    assertThat(String.join(" ", lines(of(3, test, test))))
        .contains("; P: the greater of those over seeds and over examples, adjusted by Holm's");
    assertThat(String.join(" ", lines(of(3, test, test, Optional.of(test)))))
        .contains("; P: the greatest of those over seeds, over examples and over both, adjusted");
  }

  @org.junit.jupiter.api.Test
  void aStrategyThatExceedsTheBudgetIsMarked() {
    StrategyResult within = beside("within", Optional.of(true), 0.7, 0.01);
    StrategyResult beyond = beside("beyond", Optional.of(false), 0.7, 0.01);
    String mark = beyond.name() + " " + Sign.dagger();

    assertThat(lines(List.of(within, beyond)))
        .anyMatch(line -> line.startsWith(mark + "  "))
        .anyMatch(line -> line.endsWith("; " + Sign.dagger() + " exceeds the budget."))
        .noneMatch(line -> line.startsWith("within " + Sign.dagger()));
    assertThat(String.join(" ", lines(List.of(within)))).doesNotContain("budget", Sign.dagger());
  }

  @org.junit.jupiter.api.Test
  void numbersHaveFiveDigitsAndFourDecimalsAtMost() {
    StrategyResult some = beside("some", Optional.empty(), 1542.021, 19.5845);
    StrategyResult few = beside("few", Optional.empty(), 9.5523, 0.0312);

    assertThat(lines(List.of(some, few)).stream().map(line -> line.replaceAll(" {2,}", "|")))
        .contains(
            "some|0|1542.0 " + Sign.plusMinus() + " 19.6",
            "few|0|9.5523 " + Sign.plusMinus() + " 0.0312");
  }

  private static StrategyResult beside(
      String name, Optional<Boolean> withinBudget, double mean, double deviation) {
    SeedResult cell = cell(CellState.DONE, 0);
    SeedResult known =
        new SeedResult(
            cell.id(),
            cell.seed(),
            cell.state(),
            cell.failure(),
            cell.value(),
            cell.standardError(),
            cell.outcome(),
            withinBudget,
            cell.searchCut(),
            cell.validationLoss(),
            cell.tuning());
    return strategy(
        name,
        List.of(known),
        0,
        OptionalDouble.of(mean),
        OptionalDouble.of(deviation),
        NONE,
        NONE,
        Optional.empty(),
        "");
  }

  private static List<StrategyResult> of(int seeds, TestResult overSeeds, TestResult overExamples) {
    return of(seeds, overSeeds, overExamples, Optional.empty());
  }

  private static List<StrategyResult> of(
      int seeds, TestResult overSeeds, TestResult overExamples, Optional<TestResult> overBoth) {
    DifferenceResult difference =
        new DifferenceResult(
            0.05,
            seeds,
            OptionalInt.of(100),
            Optional.empty(),
            Optional.of(overSeeds),
            Optional.empty(),
            Optional.of(overExamples),
            overBoth,
            Optional.empty(),
            NONE,
            OptionalDouble.of(0.5),
            OptionalDouble.of(0.5),
            DifferenceResult.Verdict.NOT_DISTINGUISHABLE,
            OptionalInt.empty(),
            Optional.empty());
    return List.of(
        strategy("flexora", List.of(), 0, NONE, NONE, NONE, NONE, Optional.of(difference), ""));
  }

  @org.junit.jupiter.api.Test
  void whatIsTestedWithinAMarginHasAColumn() {
    DifferenceResult tested = better().orElseThrow();
    Equivalence equivalence =
        new Equivalence(
            0.005,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            OptionalDouble.of(0.0004),
            OptionalDouble.of(0.0123),
            Equivalence.Verdict.EQUIVALENT);
    DifferenceResult within =
        new DifferenceResult(
            tested.difference(),
            tested.seeds(),
            tested.examples(),
            tested.examplesMissing(),
            tested.overSeeds(),
            tested.overSeedsPermutation(),
            tested.overExamples(),
            tested.overBoth(),
            tested.mcnemar(),
            tested.effectSize(),
            tested.pValue(),
            tested.pAdjusted(),
            tested.verdict(),
            tested.seedsNeeded(),
            Optional.of(equivalence));
    StrategyResult all =
        strategy("all", List.of(), 0, NONE, NONE, NONE, NONE, Optional.empty(), "");
    StrategyResult flexora =
        strategy(
            "flexora",
            List.of(),
            0,
            NONE,
            NONE,
            NONE,
            OptionalDouble.of(9),
            Optional.of(within),
            "");
    GroupResult group = group("", List.of(all, flexora));

    List<String> lines =
        new ComparisonTable(result(group)).lines(new Palette(false), Integer.MAX_VALUE);

    assertThat(lines.get(2)).containsPattern("VERDICT +WITHIN 0\\.005 +SECONDS");
    assertThat(lines.get(4)).containsPattern("<0\\.001 +better +equivalent, p 0\\.012 +9\\.0");
  }

  @org.junit.jupiter.api.Test
  void whatIsTestedWithinAMarginOfAnotherStrategyIsNamedInItsColumn() {
    Optional<DifferenceResult> none = Optional.empty();
    StrategyResult all = strategy("all", List.of(), 0, NONE, NONE, NONE, NONE, none, "");
    StrategyResult last = strategy("last", List.of(), 0, NONE, NONE, NONE, NONE, better(), "");
    StrategyResult wide = strategy("wide", List.of(), 0, NONE, NONE, NONE, NONE, better(), "");
    GroupResult group =
        group(
            "",
            List.of(
                within(all, Equivalence.Verdict.NOT_SHOWN, 0.6),
                within(last, Equivalence.Verdict.NOT_WORSE, 0.0496),
                wide));

    List<String> lines =
        new ComparisonTable(result(group)).lines(new Palette(false), Integer.MAX_VALUE);

    assertThat(lines.subList(2, 6).stream().map(line -> line.replaceAll(" {2,}", "|")))
        .containsExactly(
            "STRATEGY|SEEDS|TO all|INTERVAL|P|VERDICT|WITHIN 0.01 OF wide",
            "all|0|not shown, p 0.600",
            "last|0|+0.0500|[+0.0300, +0.0700]|<0.001|better|not worse, p 0.0496",
            "wide|0|+0.0500|[+0.0300, +0.0700]|<0.001|better");
  }

  private static StrategyResult within(
      StrategyResult strategy, Equivalence.Verdict verdict, double p) {
    Equivalence equivalence =
        new Equivalence(
            0.01,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            OptionalDouble.of(p),
            OptionalDouble.of(0.9),
            verdict);
    return of(
        strategy,
        Optional.empty(),
        Optional.empty(),
        Optional.of(new MarginReference("wide", -0.02, 5, equivalence)));
  }

  @org.junit.jupiter.api.Test
  void nineStrategiesTakeALineEachOnATerminalOf80Columns() {
    List<SeedResult> cells = List.of(cell(CellState.DONE, 0, 5), cell(CellState.DONE, 3, 4));
    List<StrategyResult> nine =
        IntStream.range(0, 9)
            .mapToObj(
                i ->
                    strategy(
                        "gradient-norm" + i,
                        cells,
                        0,
                        OptionalDouble.of(0.7),
                        OptionalDouble.of(0.01),
                        OptionalDouble.of(96_026),
                        OptionalDouble.of(1234.5),
                        better(),
                        ""))
            .toList();
    GroupResult group = group("", nine);

    List<String> lines = new ComparisonTable(result(group)).lines(new Palette(false), 80);

    assertThat(lines).allMatch(line -> line.length() <= 80);
    assertThat(lines.subList(2, 4))
        .containsExactly(
            "STRATEGY        LAYERS   PARAMETERS  ACCURACY         "
                + " ".repeat(Sign.plusMinus().length())
                + "TO all       P  VERDICT",
            "gradient-norm0  2, vary      96,026  0.7000 "
                + Sign.plusMinus()
                + " 0.0100  +0.0500  <0.001  better");
    assertThat(lines.subList(12, 14))
        .containsExactly(
            "Without room for INTERVAL, SECONDS.",
            "Mean and standard deviation over 2 seeds; P adjusted by Holm's method.");
  }

  @org.junit.jupiter.api.Test
  void ofManyStrategiesTheSentencesAreInTheReportAlone() {
    List<StrategyResult> seven =
        IntStream.range(0, 7)
            .mapToObj(
                i ->
                    strategy(
                        "s" + i,
                        List.of(cell(CellState.DONE, i)),
                        0,
                        OptionalDouble.of(0.7),
                        NONE,
                        NONE,
                        NONE,
                        Optional.empty(),
                        "A sentence on s" + i + "."))
            .toList();
    assertThat(lines(seven.subList(0, 6)))
        .contains("  A sentence on s5.")
        .noneMatch(line -> line.startsWith("The report"));
    assertThat(lines(seven))
        .endsWith("Nothing is significant.", "The report has a sentence on each strategy.");
  }

  private static List<String> lines(List<StrategyResult> strategies) {
    return new ComparisonTable(result(group("Nothing is significant.", strategies)))
        .lines(new Palette(false), Integer.MAX_VALUE);
  }

  @org.junit.jupiter.api.Test
  void nothingIsShownOfAComparisonWithoutGroups() {
    assertThat(new ComparisonTable(result()).lines(new Palette(false), Integer.MAX_VALUE))
        .isEmpty();
  }
}
