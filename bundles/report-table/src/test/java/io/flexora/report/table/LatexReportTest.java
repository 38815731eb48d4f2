package io.flexora.report.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.evaluate.MetricValue.ConfidenceInterval;
import io.flexora.api.metric.MetricDescription;
import io.flexora.results.comparison.CellState;
import io.flexora.results.comparison.ComparisonRecord;
import io.flexora.results.comparison.ComparisonResult;
import io.flexora.results.comparison.ComparisonResult.Budget;
import io.flexora.results.comparison.DifferenceResult;
import io.flexora.results.comparison.DifferenceResult.TestResult;
import io.flexora.results.comparison.SeedResult;
import io.flexora.results.comparison.StrategyResult;
import io.flexora.results.comparison.Tuning.Tuned;
import io.flexora.results.comparison.Tuning.TunedDifference;
import io.flexora.results.comparison.Tuning.TunedStrategy;
import io.flexora.results.run.CellOutcome;
import io.flexora.testkit.recorded.RecordedComparison;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.io.TempDir;

final class LatexReportTest {

  /** A test that has a p-value. */
  private static final Optional<TestResult> MADE =
      Optional.of(new TestResult("some test", Optional.empty(), OptionalDouble.of(0.5)));

  @TempDir Path folder;

  @org.junit.jupiter.api.Test
  void hasABooktabsTableForEachGroupWithTheBaselineFirst() throws IOException {
    String text = written(RecordedComparison.study("study").tasks("sense", "piqa").in(folder));

    assertThat(text.split("\\\\begin\\{table}", -1)).hasSize(3);
    assertThat(text)
        .contains("\\usepackage{booktabs}", "\\toprule", "\\bottomrule", "\\end{table}")
        .contains("\\label{tab:1-bge-sense}", "\\label{tab:2-bge-piqa}")
        .contains(
            "bge on piqa: accuracy of each strategy", "over 5 seeds on $1\\,000$ test examples")
        .contains("Held equal: $6$ layers.", "against all", "95\\,\\% interval")
        .contains("adjusted by Holm's method for the comparisons of this table", "below 0.05")
        .contains("Seconds include the search. $^\\dagger$\\,Exceeds the budget.}")
        .containsSubsequence("\\midrule", "all$^\\dagger$ & $12$ & ", "\\midrule", "none & $0$ & ");
  }

  /** All that is said of a comparison with adapters, a margin and a failure, as it was before. */
  @org.junit.jupiter.api.Test
  void writesARecordedComparisonAsBefore() throws Exception {
    RecordedComparison recorded =
        RecordedComparison.named("golden")
            .adapters()
            .tasks("sense", "piqa")
            .within(0.02)
            .failing("last+dora.2", "out of memory")
            .lacking("all+dora.1");
    Path golden = Path.of(LatexReportTest.class.getResource("golden").toURI());

    assertThat(written(recorded.in(folder)))
        .isEqualTo(Files.readString(golden.resolve("comparison.tex")));
  }

  @org.junit.jupiter.api.Test
  void twoSeedsHaveNoInterval() throws IOException {
    assertThat(written(RecordedComparison.named("plum").sized(2, 4, 20).in(folder)))
        .contains(
            "mean and standard deviation over 2 seeds",
            "against all, without an interval, as each is over fewer than three seeds; $p$ is that")
        .doesNotContain("interval over seeds", "$[");
    assertThat(written(RecordedComparison.named("plum").in(folder)))
        .contains("95\\,\\% interval over seeds; $p$", "\\,$[");
  }

  @org.junit.jupiter.api.Test
  void aDifferenceThatIsTheSameWithEachSeedHasNoInterval() throws IOException {
    TestResult overSeeds = new TestResult("paired t-test", Optional.empty(), OptionalDouble.of(1));
    DifferenceResult none =
        new DifferenceResult(
            0,
            3,
            OptionalInt.empty(),
            Optional.empty(),
            Optional.of(overSeeds),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            OptionalDouble.empty(),
            OptionalDouble.of(1),
            OptionalDouble.of(1),
            DifferenceResult.Verdict.NOT_DISTINGUISHABLE,
            OptionalInt.empty(),
            Optional.empty());
    assertThat(compared(none))
        .contains("against all, without an interval, as each is the same with each seed; $p$")
        .contains("& $0.000$ & ")
        .doesNotContain("$[");

    TestResult varied =
        new TestResult(
            "t-test", Optional.of(new ConfidenceInterval(-0.02, 0.04)), OptionalDouble.of(0.5));
    OptionalDouble p = OptionalDouble.of(0.5);
    DifferenceResult five =
        Tables.difference(5, Optional.of(varied), Optional.empty(), Optional.empty(), p);
    assertThat(compared(five, none))
        .contains("95\\,\\% interval over seeds (none where it is the same with each seed); $p$");
    DifferenceResult two = Tables.difference(2, MADE, Optional.empty(), Optional.empty(), p);
    assertThat(compared(five, none, two))
        .contains("(none where it is over fewer than three seeds or is the same with each seed)");
  }

  @org.junit.jupiter.api.Test
  void theCaptionCountsTheSeedsThatHaveAValue() throws IOException {
    RecordedComparison begun = RecordedComparison.named("plum").sized(5, 4, 20);
    for (String strategy : begun.strategies()) {
      begun = begun.lacking(strategy + ".3").lacking(strategy + ".4").lacking(strategy + ".5");
    }
    assertThat(written(begun.in(folder)))
        .contains("; mean and standard deviation over 2 seeds on $", "plum (2 of 5 seeds) & ")
        .contains("against all, without an interval, as each is over fewer than three seeds; $p$")
        .doesNotContain("5 seeds on $", "interval over seeds");
    assertThat(written(RecordedComparison.study("study").failing("none.1", "x").in(folder)))
        .contains("; mean and standard deviation over 4 to 5 seeds on $");

    SeedResult done = Tables.cell(1, OptionalDouble.of(0.7), Optional.empty());
    SeedResult infinite = Tables.cell(2, OptionalDouble.empty(), Optional.empty());
    StrategyResult odd = Tables.withCells("odd", List.of(done, infinite), Optional.empty());
    assertThat(written(comparison(odd)))
        .contains(
            "bge on sense: accuracy of each strategy with one seed. Differences are paired, against"
                + " all. Seconds include the search.}")
        .contains("odd (1 of 2 seeds) & ");
  }

  @org.junit.jupiter.api.Test
  void withOneSeedTheCaptionSaysNothingOfAProbability() throws IOException {
    DifferenceResult one =
        Tables.difference(1, Optional.empty(), MADE, Optional.empty(), OptionalDouble.empty());
    assertThat(compared(one))
        .contains(
            "Differences are paired, against all, without an interval, as each is over fewer than"
                + " three seeds. Seconds include the search.}");
  }

  @org.junit.jupiter.api.Test
  void theCaptionNamesTheTestsThatWereMade() throws IOException {
    Optional<TestResult> none = Optional.empty();
    OptionalDouble p = OptionalDouble.of(0.5);
    String adjusted =
        ", adjusted by Holm's method for the comparisons of this table, and in bold where it is"
            + " below 0.05. Seconds";
    assertThat(compared(Tables.difference(3, MADE, none, none, p)))
        .contains("; $p$ is that of a paired $t$-test over seeds" + adjusted);
    assertThat(compared(Tables.difference(3, none, none, none, p)))
        .contains(
            "; $p$ is that of a sign-flip test over seeds (where each has the same difference)"
                + adjusted);
    assertThat(compared(Tables.difference(3, MADE, MADE, none, p)))
        .contains(
            "; $p$ is that of a paired $t$-test over seeds or of a permutation test over examples,"
                + " whichever is greater"
                + adjusted);
    assertThat(compared(Tables.difference(3, MADE, MADE, MADE, p)))
        .contains(
            "; $p$ is that of a paired $t$-test over seeds, of a permutation test over examples or"
                + " of a $t$-test with seeds and examples as crossed random factors, whichever is"
                + " greatest"
                + adjusted);
  }

  @org.junit.jupiter.api.Test
  void whatIsShownWithinAMarginIsMarked() throws IOException {
    RecordedComparison study = RecordedComparison.study("study");
    assertThat(written(study.within(0.02).in(folder)))
        .containsPattern("none & .* & \\$[+-]0\\.\\d+\\$\\$\\^=\\$")
        .containsPattern("flexora & .* & \\$[+-]0\\.\\d+\\$\\$\\^\\\\geq\\$")
        .contains("$^=$\\,Equivalent within $0.02$, $^\\geq$\\,not worse by more than that");
    assertThat(written(study.sized(2, 4, 20).within(0.02).in(folder)))
        .contains("Equivalence within $0.02$ is not judged")
        .doesNotContain("$^=$");
    assertThat(written(study.in(folder))).doesNotContain("quivalen", "$^=$");
  }

  @org.junit.jupiter.api.Test
  void whatIsShownWithinAMarginOfAnotherStrategyIsMarkedAtTheMean() throws IOException {
    RecordedComparison study = RecordedComparison.study("study");
    assertThat(written(study.within(0.02, "last-k").in(folder)))
        .containsPattern("none & \\$0\\$ & \\$0\\.\\d+\\$\\$\\^=\\$ & ")
        .containsPattern("random & \\S+ & \\$0\\.\\d+\\$\\$\\^\\\\geq\\$ & ")
        .containsPattern("last-k & \\S+ & \\$0\\.\\d+\\$ & ")
        .containsPattern("all\\S* & \\S+ & \\$0\\.\\d+\\$ & ")
        .doesNotContainPattern("\\$[+-]0\\.\\d+\\$\\$\\^")
        .contains(
            "$^=$\\,Equivalent to last-k within $0.02$, $^\\geq$\\,not worse than last-k by more than"
                + " that (one-sided paired $t$-tests over seeds, over examples and over both at once,"
                + " adjusted by Holm's method).");
    assertThat(written(study.sized(2, 4, 20).within(0.02, "last-k").in(folder)))
        .contains("Equivalence to last-k within $0.02$ is not judged");
    assertThat(
            written(
                RecordedComparison.named("plum").adapters().within(0.02, "last+lora").in(folder)))
        .contains("method); at a difference below, the same against the strategy beside it.");
  }

  @org.junit.jupiter.api.Test
  void theBudgetIsSaidAsItWasWritten() throws IOException {
    assertThat(budgeted(90)).contains("Held equal: $90$ seconds. ");
    assertThat(budgeted(1.5)).contains("Held equal: $1.5$ seconds. ");
    assertThat(budgeted(2.5e-4)).contains("Held equal: $0.00025$ seconds. ");
    assertThat(budgeted(86_400)).contains("Held equal: $86\\,400$ seconds. ");
  }

  private String budgeted(double seconds) throws IOException {
    Budget budget = new Budget("seconds", OptionalDouble.of(seconds), "excluded", "excluded");
    SeedResult cell = Tables.cell(1, OptionalDouble.of(0.7), Optional.empty());
    ComparisonResult result =
        Tables.result("x", Tables.strategy("s", "top", cell, Optional.empty()));
    return written(new ComparisonRecord(folder, "x", "", Tables.with(result, budget), List.of()));
  }

  @org.junit.jupiter.api.Test
  void everyRowHasEightColumns() throws IOException {
    String text = written(RecordedComparison.study("a & b").failing("none.1", "x").in(folder));

    assertThat(text.lines().filter(line -> line.endsWith("\\\\")))
        .hasSize(9)
        .allMatch(line -> line.split("(?<!\\\\)&").length == 8);
    assertThat(text).contains("none (4 of 5 seeds) & ");
  }

  @org.junit.jupiter.api.Test
  void showsFiguresWithTheDecimalsThatTheirDeviationAllows() throws IOException {
    TestResult overSeeds =
        new TestResult(
            "paired t-test",
            Optional.of(new ConfidenceInterval(-0.0021, 0.0268)),
            OptionalDouble.of(0.00004));
    DifferenceResult against =
        new DifferenceResult(
            0.01234,
            1,
            OptionalInt.empty(),
            Optional.empty(),
            Optional.of(overSeeds),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            OptionalDouble.empty(),
            OptionalDouble.of(0.00004),
            OptionalDouble.of(0.00004),
            DifferenceResult.Verdict.BETTER,
            OptionalInt.empty(),
            Optional.empty());
    SeedResult cell =
        new SeedResult(
            "bge.sense.top_k.1",
            1,
            CellState.DONE,
            Optional.empty(),
            OptionalDouble.of(0.73126),
            OptionalDouble.empty(),
            Optional.of(
                CellOutcome.of(1)
                    .selectedLayers(List.of(1, 2))
                    .trainableParameters(96_026)
                    .build()),
            Optional.empty(),
            Optional.empty(),
            OptionalDouble.empty(),
            Optional.empty());
    ComparisonResult result =
        Tables.result(
            "x",
            Optional.of(MetricDescription.error("macro_f1")),
            Tables.strategy("top_k", "top", cell, Optional.of(against)));

    assertThat(written(new ComparisonRecord(folder, "x", "", result, List.of())))
        .contains("& macro f1 $\\downarrow$")
        .contains(
            "top\\_k & $2$ & $0.731$ & $0.012$ & $+0.012$\\,$[-0.002, 0.027]$ & "
                + "{\\boldmath$<0.001$} & $96\\,026$ & $61.3$ \\\\");
  }

  @org.junit.jupiter.api.Test
  void differencesBetweenAdaptersHaveATableOfTheirOwn() throws IOException {
    RecordedComparison adapters = RecordedComparison.named("plum").adapters();
    double last =
        adapters
            .result()
            .groups()
            .get(0)
            .strategies()
            .get(3)
            .counterpart()
            .orElseThrow()
            .difference()
            .orElseThrow()
            .difference();

    assertThat(written(adapters.in(folder)))
        .contains("against all+lora, and below with the strategy held equal, with their")
        .containsSubsequence(
            "\\end{tabular}",
            "\\begin{tabular}{@{}llrr@{}}",
            "Strategy & Against & Difference & $p$ \\\\",
            "all+dora & all+lora & $",
            String.format(Locale.ROOT, "last+dora & last+lora & $%+.4f$\\,$[", last),
            "\\end{tabular}",
            "\\end{table}");
    assertThat(written(RecordedComparison.named("plum").in(folder)))
        .doesNotContain("llrr", "strategy held equal");
  }

  @org.junit.jupiter.api.Test
  void whatTuningChoseStandsBelow() throws IOException {
    StrategyResult strategy =
        Tables.withCells(
            "top_k",
            List.of(
                Tables.tunedCell(1, "0.003", 0.7, 0.75), Tables.tunedCell(2, "0.001", 0.7, 0.7)),
            Optional.of(
                new TunedStrategy(
                    2,
                    OptionalDouble.of(0.025),
                    Optional.of(new MetricValue.ConfidenceInterval(-0.01, 0.06)),
                    1,
                    OptionalDouble.of(9),
                    OptionalDouble.of(90),
                    Optional.of(new TunedDifference(2, -0.01, 0.02)))));
    ComparisonResult plain =
        Tables.result("x", Optional.of(MetricDescription.score("accuracy")), strategy);
    Tuned tuned = tuned(Map.of("strategies.top_k.rate", "trainer.learning_rate"));

    assertThat(written(new ComparisonRecord(folder, "x", "", Tables.with(plain, tuned), List.of())))
        .contains(
            "Seconds include the search and the trials of the tuning. At the bottom, the values that"
                + " tuner tpe chose",
            "on the 50\\,\\% of the validation examples",
            "these examples, so the gain is too high on average; intervals are over seeds.",
            " In each trial, strategies.top\\_k.rate has the value of trainer.learning\\_rate.",
            " Rows ``difference'' have the mean difference from all over seeds on these examples,")
        .containsSubsequence(
            "\\end{tabular}",
            "\\begin{tabular}{@{}lrllrrr@{}}",
            "Strategy & Seed & trainer.learning\\_rate & adapter.lora\\_rank & Before & After & Gain"
                + " \\\\",
            "top\\_k & $1$ & 0.003 & -- & $0.700$ & $0.750$ & $+0.050$ \\\\",
            "top\\_k & $2$ & 0.001 & -- & $0.700$ & $0.700$ & $0.000$ \\\\",
            "top\\_k & mean &  &  &  &  & $+0.025$\\,$[-0.010, 0.060]$ \\\\",
            "top\\_k & difference &  &  & $-0.010$ & $+0.020$ &  \\\\",
            "\\end{tabular}",
            "\\end{table}");
    assertThat(written(new ComparisonRecord(folder, "x", "", plain, List.of())))
        .doesNotContain("Before", "tuner", "trials of the tuning");
  }

  @org.junit.jupiter.api.Test
  void whereLessIsBetterTheCaptionSaysWhatAGainIs() throws IOException {
    StrategyResult strategy =
        Tables.withCells(
            "top_k", List.of(Tables.tunedCell(1, "0.003", 0.7, 0.65)), Optional.empty());
    ComparisonResult result =
        Tables.with(
            Tables.result("x", Optional.of(MetricDescription.error("nll")), strategy),
            tuned(Map.of()));
    assertThat(written(new ComparisonRecord(folder, "x", "", result, List.of())))
        .contains("so the gain (before less after, as less is better) is too high on average;");
  }

  private static Tuned tuned(Map<String, String> ties) {
    return new Tuned(
        "tpe",
        OptionalInt.of(8),
        OptionalDouble.empty(),
        0.5,
        List.of("trainer.learning_rate", "adapter.lora_rank"),
        Optional.of(ties));
  }

  /** A comparison of strategies of which these differ from the baseline by that. */
  private String compared(DifferenceResult... differences) throws IOException {
    SeedResult cell = Tables.cell(1, OptionalDouble.of(0.7), Optional.empty());
    return written(
        comparison(
            Arrays.stream(differences)
                .map(difference -> Tables.strategy("s", "top", cell, Optional.of(difference)))
                .toArray(StrategyResult[]::new)));
  }

  private ComparisonRecord comparison(StrategyResult... strategies) {
    Optional<MetricDescription> accuracy = Optional.of(MetricDescription.score("accuracy"));
    return new ComparisonRecord(
        folder, "x", "", Tables.result("x", accuracy, strategies), List.of());
  }

  private static String written(ComparisonRecord record) throws IOException {
    return Files.readString(new LatexReport().write(record));
  }
}
