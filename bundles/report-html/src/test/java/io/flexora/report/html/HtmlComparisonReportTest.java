package io.flexora.report.html;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.evaluate.MetricValue.Diagram;
import io.flexora.api.plan.ChosenModule;
import io.flexora.api.run.Event;
import io.flexora.api.run.Phase;
import io.flexora.api.selection.Selection.SearchEnd;
import io.flexora.results.comparison.ComparedCell;
import io.flexora.results.comparison.ComparisonRecord;
import io.flexora.results.comparison.ComparisonResult;
import io.flexora.results.comparison.DifferenceResult;
import io.flexora.results.comparison.GroupResult;
import io.flexora.results.comparison.SeedResult;
import io.flexora.results.comparison.StrategyResult;
import io.flexora.results.comparison.Tuning;
import io.flexora.results.comparison.Tuning.TrialRecord;
import io.flexora.results.comparison.Tuning.TunedDifference;
import io.flexora.results.comparison.Tuning.TunedStrategy;
import io.flexora.results.run.CellOutcome;
import io.flexora.results.run.CellResult;
import io.flexora.results.run.RunEvent;
import io.flexora.results.run.RunRecord;
import io.flexora.results.run.RunResult;
import io.flexora.testkit.recorded.RecordedComparison;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HtmlComparisonReportTest {

  private static final String HOSTILE =
      "</script><script>alert('x')</script>\"<img src=x onerror=a>&";

  @TempDir Path folder;

  @Test
  void showsEverySection() throws IOException {
    assertThat(written(RecordedComparison.study("study").in(folder)))
        .contains("<title>study – Flexora</title>", "Flexora comparison · <time>2 March 2026")
        .contains("<span>held equal</span> 6 layers", "<span>seeds</span> 5 (1–5)")
        .contains("<span>results</span> 40 of 40", "/configuration.yaml</code>")
        .contains("What the figures of sense say, in one sentence.")
        .contains("flexora against the baseline, in one sentence.")
        .contains("class=\"badge open\">not distinguishable<", "class=\"badge better\"")
        .contains("class=\"badge open\">baseline<")
        .contains("all (baseline) †</th>", "Exceeds the budget")
        .contains("0.01 is a percentage point")
        .contains("data-tip=\"flexora, seed 3: 0.7", "data-tip=\"flexora, seed 3: +0.0")
        .contains("Layers chosen", "with 5 of 5 seeds\"", "mean Jaccard index over pairs of seeds")
        .contains("id=\"front-parameters-0\"", "id=\"front-seconds-0\"")
        .contains("id=\"training-losses-0\"", "id=\"validation-losses-0\"")
        .contains("Time by phase", "Peak memory (table)", "All tests in full")
        .contains("<dt>Paired t-test</dt>", "<dt>McNemar&#39;s test</dt>", "<dt>Verdict</dt>")
        .contains("Resolved configuration", "Provenance of the cells", "5 different: 1; 2; 3; …")
        .doesNotContain("Unfinished cells", "All models and tasks");
  }

  /** All that is said of a comparison with adapters, a margin and a failure, as it was before. */
  @Test
  void writesARecordedComparisonAsBefore() throws Exception {
    RecordedComparison recorded =
        RecordedComparison.named("golden")
            .adapters()
            .tasks("sense", "piqa")
            .sized(3, 3, 2)
            .within(0.02)
            .failing("last+dora.2", "out of memory")
            .lacking("all+dora.1");
    String page = written(recorded.in(folder)).replaceAll("\\S+/configuration.yaml", "FILE");
    Path golden =
        Path.of(HtmlComparisonReportTest.class.getResource("golden").toURI())
            .resolve("comparison.html");

    assertThat(withoutScripts(page)).isEqualTo(Files.readString(golden));
  }

  private static String withoutScripts(String page) {
    return Pattern.compile("(?s)<(script|style).*?</\\1>").matcher(page).replaceAll("");
  }

  @Test
  void aChartIsDrawnForEachElementAndHasItsFiguresInATable() throws IOException {
    String page = written(RecordedComparison.study("study").tasks("sense", "piqa").in(folder));

    assertThat(Pattern.compile("class=\"canvas\"").matcher(page).results()).hasSize(8);
    Pattern.compile("<div id=\"([^\"]+)\" class=\"canvas\"")
        .matcher(page)
        .results()
        .forEach(match -> assertThat(page).contains("\"id\":\"" + match.group(1) + "\""));
    assertThat(page)
        .contains("Quality and cost (table)", "Final losses (table)")
        .contains("Layers chosen (table)", "Results per seed");
  }

  @Test
  void differencesOfNothingHaveAnAxisOfTheDigitsShown() throws IOException {
    RecordedComparison study = RecordedComparison.named("plum").strategies("all", "plum");
    List<StrategyResult> strategies = study.result().groups().get(0).strategies();
    StrategyResult plum = strategies.get(1);
    DifferenceResult none = of(plum.againstBaseline().orElseThrow(), 0);
    StrategyResult same = of(plum, strategies.get(0).cells(), Optional.of(none), plum.sentence());

    assertThat(written(with(study, "", List.of(strategies.get(0), same))))
        .contains(">−0.00010</span>", ">0.00000</span>", ">0.00010</span>")
        .doesNotContain("0.000000");
  }

  @Test
  void adaptersAreComparedWithTheStrategyHeldEqual() throws IOException {
    assertThat(written(RecordedComparison.named("plum").adapters().in(folder)))
        .contains("Tests with the strategy held equal", "Only the other")
        .contains("last+dora, against last+lora", "all+dora, against all+lora")
        .contains("last+dora against last+lora, in one sentence.")
        // All is said of the baseline already.
        .doesNotContain("all+dora against all+lora, in one sentence.");
    assertThat(written(RecordedComparison.named("plum").in(folder)))
        .doesNotContain("Tests with the strategy held equal");
  }

  @Test
  void severalGroupsHaveASummaryAndLinks() throws IOException {
    assertThat(written(RecordedComparison.study("study").tasks("sense", "piqa").in(folder)))
        .contains("All models and tasks", "href=\"#group-1\">bge on piqa</a>", "id=\"group-1\"");
  }

  @Test
  void toldOfCellsThatAreNotDone() throws IOException {
    assertThat(
            written(
                RecordedComparison.named("plum")
                    .failing("plum.2", "out of memory at step 3")
                    .lacking("random.1")
                    .in(folder)))
        .contains("Unfinished cells", "out of memory at step 3", "not run yet")
        .contains("<span>results</span> 7 of 9", ">2 of 3</td>", ">failed</td>");
  }

  @Test
  void aCellThatIsDoneWithoutAValueIsNotCountedAsASeed() throws IOException {
    String twoOfThree = "data-column=\"Seeds\"[^>]*>2 of 3</td>";
    RecordedComparison study = RecordedComparison.named("study");
    List<StrategyResult> strategies =
        study.result().groups().get(0).strategies().stream()
            .map(strategy -> strategy.name().equals("plum") ? lackingAValue(strategy) : strategy)
            .toList();

    assertThat(written(with(study, "", strategies)))
        .containsPattern(twoOfThree)
        .contains("<span>results</span> 9 of 9");
    assertThat(written(study.in(folder))).doesNotContainPattern(twoOfThree);
  }

  /** The same where the value with seed 2 is no number. */
  private static StrategyResult lackingAValue(StrategyResult strategy) {
    List<SeedResult> cells =
        strategy.cells().stream()
            .map(cell -> cell.seed() == 2 ? withoutValue(cell) : cell)
            .toList();
    return of(strategy, cells, strategy.againstBaseline(), strategy.sentence());
  }

  private static SeedResult withoutValue(SeedResult cell) {
    return of(cell, OptionalDouble.empty(), cell.tuning());
  }

  /** The same with another value, without a standard error, and another tuning. */
  private static SeedResult of(SeedResult cell, OptionalDouble value, Optional<Tuning> tuning) {
    return new SeedResult(
        cell.id(),
        cell.seed(),
        cell.state(),
        cell.failure(),
        value,
        OptionalDouble.empty(),
        cell.outcome(),
        cell.withinBudget(),
        cell.searchCut(),
        cell.validationLoss(),
        tuning);
  }

  @Test
  void theVerdictIsExplainedByTheTestsThatWereMade() throws IOException {
    String adjusted =
        " adjusted by Holm&#39;s method for all differences of the group that are tested, those"
            + " from counterparts included.";
    RecordedComparison study = RecordedComparison.named("plum").strategies("all", "plum");
    assertThat(written(study.in(folder)))
        .contains(
            "significant over seeds, over examples and over both at once, so the greatest of the"
                + " three p-values counts,"
                + adjusted)
        .contains("Seeds and test examples are taken as crossed random factors;");
    assertThat(written(study.sized(2, 4, 20).in(folder)))
        .contains(
            "significant over seeds and over examples, so the greater of the two p-values counts,"
                + adjusted)
        .doesNotContain("crossed");

    List<StrategyResult> strategies = study.result().groups().get(0).strategies();
    StrategyResult plum = strategies.get(1);
    DifferenceResult untested = of(plum.againstBaseline().orElseThrow(), 0);
    StrategyResult alone = of(plum, plum.cells(), Optional.of(untested), plum.sentence());
    assertThat(written(with(study, "", List.of(strategies.get(0), alone))))
        .contains("significant over seeds; its p-value is" + adjusted);
  }

  @Test
  void saysWhatTheFiguresSayWhereTheHostSaidNothing() throws IOException {
    RecordedComparison study = RecordedComparison.study("study");
    List<StrategyResult> silent =
        study.result().groups().get(0).strategies().stream()
            .map(strategy -> of(strategy, strategy.cells(), strategy.againstBaseline(), ""))
            .toList();

    assertThat(written(with(study, "", silent)))
        .contains(
            "Of 7 strategies compared with all, 4 are better, 0 worse, and 3 not distinguishable")
        .contains(
            "The difference in accuracy is +0.0196, adjusted p 0.097. To detect a difference of"
                + " this size over seeds,")
        .contains("about 17 seeds are needed in total.", "<strong>flexora</strong> <span");
  }

  @Test
  void oneSeedIsShownWithoutIntervalsAndWithoutClaims() throws IOException {
    assertThat(written(RecordedComparison.named("plum").sized(1, 4, 20).in(folder)))
        .contains("<span class=\"badge open\">one seed only</span>")
        .doesNotContain("badge better\"", "badge worse\"", "class=\"one\"", "Paired t-test");
  }

  @Test
  void twoSeedsHaveNoIntervalOverThemAndNoForecast() throws IOException {
    String few = "Fewer than three seeds are too few for an interval over seeds.";
    assertThat(written(RecordedComparison.named("plum").sized(2, 4, 20).in(folder)))
        .contains(few, "Paired t-test", "\u00a0±\u00a0")
        .doesNotContain("class=\"one\"", "<dt>T-test of crossed seeds and examples</dt>");
    assertThat(written(RecordedComparison.named("plum").in(folder)))
        .contains("<dt>T-test of crossed seeds and examples</dt>")
        .doesNotContain(few);
  }

  @Test
  void whereEachSeedHasTheSameDifferenceThereIsNoInterval() throws IOException {
    String equal = "Where each seed has the same value or difference, there is no interval.";
    RecordedComparison study = RecordedComparison.named("plum").strategies("all", "plum");
    List<StrategyResult> strategies = study.result().groups().get(0).strategies();
    StrategyResult plum = strategies.get(1);
    DifferenceResult none = of(plum.againstBaseline().orElseThrow(), 0);
    StrategyResult same = of(plum, plum.cells(), Optional.of(none), plum.sentence());
    assertThat(written(with(study, "", List.of(strategies.get(0), same))))
        .contains(equal)
        .doesNotContain("Fewer than three seeds");
    assertThat(written(study.in(folder))).doesNotContain(equal);
    assertThat(written(study.sized(2, 4, 20).in(folder)))
        .contains("Fewer than three seeds")
        .doesNotContain(equal);
  }

  @Test
  void whatIsTestedWithinAMarginHasColumnsABadgeAndAnExplanation() throws IOException {
    String badge = "<span class=\"badge open\">equivalent</span>";
    assertThat(written(RecordedComparison.study("study").within(0.02).in(folder)))
        .contains(
            badge,
            "Within 0.02",
            ">not worse</td>",
            ">equivalent</td>",
            "<dt>Not worse, equivalent</dt>")
        .contains("p, not better, examples", "Adjusted p, equivalent")
        .contains("“not worse” are adjusted for each other, and those of “equivalent” for");
    assertThat(written(RecordedComparison.study("study").sized(2, 4, 20).within(0.02).in(folder)))
        .contains("Within 0.02", ">too few seeds</td>")
        .doesNotContain(badge);
    assertThat(written(RecordedComparison.study("study").in(folder)))
        .doesNotContain("equivalent", "Within 0.02", "not better");
  }

  @Test
  void whatIsTestedWithinAMarginOfAnotherStrategySaysOfWhich() throws IOException {
    RecordedComparison study = RecordedComparison.study("study");
    assertThat(written(study.within(0.02, "last-k").in(folder)))
        .contains("Within 0.02 of last-k", ">not worse</td>", ">equivalent</td>", ">not shown</td>")
        .contains("<span class=\"badge open\">equivalent to last-k</span>")
        .contains("<span class=\"badge open\">not worse than last-k</span>")
        .contains("<summary>Tests within the margin</summary>")
        .contains("<caption>Within the margin of last-k</caption>")
        .contains("is worse than last-k by the margin has")
        .doesNotContain("<span class=\"badge open\">equivalent</span>");
    assertThat(written(study.within(0.02).in(folder)))
        .contains("is worse than the baseline by the margin has")
        .doesNotContain("Within 0.02 of");
  }

  @Test
  void theTestsWithinAMarginHaveATableOfTheirOwn() throws IOException {
    String page = written(RecordedComparison.study("study").within(0.02).in(folder));
    String full = tableOf(page, "Each strategy against the baseline");
    String margin = tableOf(page, "Within the margin of the baseline");

    // A strategy, then fifteen columns, which is what fits on paper.
    assertThat(Pattern.compile("<th scope=\"col\"").matcher(full).results()).hasSize(16);
    assertThat(full).doesNotContain("not better");
    assertThat(margin)
        .contains("p, not better, examples", "Adjusted p, equivalent", ">not worse</td>");
    assertThat(Pattern.compile("<th scope=\"row\"").matcher(margin).results()).hasSize(7);

    String adapters = written(RecordedComparison.named("plum").adapters().within(0.02).in(folder));
    assertThat(adapters)
        .contains("<summary>Tests within the margin, with the strategy held equal</summary>");
    assertThat(tableOf(adapters, "With the strategy held equal")).doesNotContain("not better");
    assertThat(tableOf(adapters, "Within the margin, with the strategy held equal"))
        .contains("last+dora, against last+lora", "p, not better, examples");
  }

  private static String tableOf(String page, String caption) {
    int from = page.indexOf("<caption>" + caption + "</caption>");
    assertThat(from).as(caption).isNotNegative();
    return page.substring(from, page.indexOf("</table>", from));
  }

  @Test
  void aPValueThatDoesNotBelongToTheIntervalBesideItIsExplained() throws IOException {
    String three = "greatest of three tests (over seeds, over examples, over both), so it can";
    RecordedComparison study = RecordedComparison.named("plum").strategies("all", "plum");
    assertThat(written(study.in(folder))).contains("Intervals are over seeds. ", three);
    // With two seeds there is no interval beside it.
    assertThat(written(study.sized(2, 4, 20).in(folder))).doesNotContain("Intervals are over");
  }

  @Test
  void rowsInBoldAreBetterThanTheBaselineInEachTable() throws IOException {
    String bold = "In bold: better than the baseline.";
    RecordedComparison study = RecordedComparison.study("study");
    assertThat(written(study.in(folder))).contains("<tr class=\"emphasis\">", bold);
    assertThat(written(study.sized(1, 4, 20).in(folder)))
        .doesNotContain("<tr class=\"emphasis\">", bold);

    List<StrategyResult> trials =
        RecordedComparison.named("plum").result().groups().get(0).strategies().stream()
            .map(HtmlComparisonReportTest::withATrial)
            .toList();
    String tuned = written(with(RecordedComparison.named("plum"), "", trials));
    assertThat(tuned)
        .contains("<details data-print>\n<summary>Tuning of each strategy with each seed<");
    assertThat(tableOf(tuned, "Tuning of each strategy with each seed"))
        .contains("<tr><th scope=\"row\">all (baseline)</th>")
        .doesNotContain("emphasis");
  }

  /** The same where each cell was tuned by the trial of the default values alone. */
  private static StrategyResult withATrial(StrategyResult strategy) {
    TrialRecord trial =
        new TrialRecord(
            0,
            "trial-0",
            Map.of("trainer.learning_rate", "0.001"),
            1,
            OptionalDouble.of(0.7),
            OptionalDouble.empty(),
            OptionalDouble.of(3),
            OptionalLong.of(30),
            Optional.empty());
    Tuning tuning =
        new Tuning(
            List.of(trial), OptionalInt.of(0), OptionalDouble.of(0), 3, 30, OptionalLong.empty());
    List<SeedResult> cells =
        strategy.cells().stream().map(cell -> of(cell, cell.value(), Optional.of(tuning))).toList();
    return of(strategy, cells, strategy.againstBaseline(), strategy.sentence());
  }

  @Test
  void aCostThatIsTheSameForAllHasNoChart() throws IOException {
    RecordedComparison study = RecordedComparison.named("plum");
    assertThat(written(with(study, "", costing(study, 1000, 1000, 1000))))
        .contains("id=\"front-seconds-0\"")
        .doesNotContain("id=\"front-parameters-0\"");
  }

  @Test
  void aLogarithmicAxisSaysSo() throws IOException {
    RecordedComparison study = RecordedComparison.named("plum");
    assertThat(written(with(study, "", costing(study, 1000, 100, 10))))
        .contains("\"x\":\"trainable parameters (logarithmic)\"");
    assertThat(written(study.in(folder)))
        .contains("\"x\":\"trainable parameters\"")
        .doesNotContain("(logarithmic)");
  }

  /** The strategies with other numbers of trainable parameters. */
  private static List<StrategyResult> costing(RecordedComparison study, double... parameters) {
    List<StrategyResult> strategies = study.result().groups().get(0).strategies();
    return IntStream.range(0, parameters.length)
        .mapToObj(i -> costing(strategies.get(i), parameters[i]))
        .toList();
  }

  private static StrategyResult costing(StrategyResult strategy, double parameters) {
    return of(
        strategy,
        strategy.cells(),
        OptionalDouble.of(parameters),
        strategy.againstBaseline(),
        strategy.sentence(),
        Optional.empty());
  }

  @Test
  void aCurveOfOnePointIsADot() throws IOException {
    ComparisonRecord record = RecordedComparison.named("plum").in(folder);
    assertThat(written(record)).doesNotContain("\"look\":\"DOTTED\"");
    List<ComparedCell> cells =
        record.cells().stream()
            .map(cell -> cell.strategy().equals("plum") ? withOneStep(cell) : cell)
            .toList();
    assertThat(
            written(
                new ComparisonRecord(
                    record.folder(),
                    record.name(),
                    record.configuration(),
                    record.result(),
                    cells)))
        .containsPattern("\"name\":\"plum\",\"colour\":\"[^\"]+\",\"look\":\"DOTTED\"")
        .containsPattern("\"name\":\"random\",\"colour\":\"[^\"]+\",\"look\":\"PLAIN\"");
  }

  private static ComparedCell withOneStep(ComparedCell cell) {
    RunRecord run = cell.run().orElseThrow();
    List<RunEvent> first =
        run.events().stream()
            .filter(event -> event.what() instanceof Event.StepDone)
            .filter(event -> event.isIn(Phase.TRAIN))
            .limit(1)
            .toList();
    return new ComparedCell(
        cell.id(),
        cell.model(),
        cell.task(),
        cell.strategy(),
        cell.seed(),
        Optional.of(
            new RunRecord(
                run.folder(),
                run.name(),
                run.configuration(),
                run.provenance(),
                run.result(),
                first)));
  }

  @Test
  void showsTheModulesThatAStrategyChose() throws IOException {
    RecordedComparison study = RecordedComparison.named("study");
    List<StrategyResult> strategies =
        study.result().groups().get(0).strategies().stream()
            .map(strategy -> strategy.name().equals("plum") ? choosingModules(strategy) : strategy)
            .toList();

    assertThat(written(with(study, "", strategies)))
        .contains("Modules adapted: plum</h3>", "Darker: chosen with more seeds and higher ranks.")
        .contains("data-tip=\"plum, layer 1, query: with 3 of 3 seeds, mean rank 4.0\"")
        .contains("data-tip=\"plum, layer 2, value: with 1 of 3 seeds, mean rank 2.7\"")
        .contains("data-tip=\"plum, layer 2, query: with 0 of 3 seeds\"")
        // Rank 4 with each of three seeds is half of the highest, 8; rank 8 with one a third.
        .contains("--share:0.500", "--share:0.333")
        .doesNotContain("Modules adapted: random");
  }

  @Test
  void showsWhatTuningDidToTheDifferencesFromTheBaseline() throws IOException {
    String caption = "<caption>Difference from the baseline on the tuning examples</caption>";
    RecordedComparison study = RecordedComparison.named("study");
    List<StrategyResult> strategies =
        study.result().groups().get(0).strategies().stream()
            .map(strategy -> strategy.name().equals("plum") ? tuned(strategy) : strategy)
            .toList();

    String page = written(with(study, "", strategies));
    assertThat(page)
        .containsOnlyOnce(caption)
        .contains("Both differences are on the tuning examples, by which the values were chosen")
        .contains("\"seconds, including search and trials of the tuning\"");
    assertThat(page.substring(page.indexOf(caption)))
        .containsPattern(
            "<th scope=\"row\">plum</th>"
                + "<td class=\"number\" data-column=\"Pairs of seeds\">3</td>"
                + "<td class=\"number\" data-column=\"By default\">−0\\.020*</td>"
                + "<td class=\"number\" data-column=\"With the values kept\">\\+0\\.010*</td>");
    assertThat(written(study.in(folder)))
        .contains("\"seconds, including search\"")
        .doesNotContain(caption);
  }

  /** The same after a tuning that turned the sign of the difference. */
  private static StrategyResult tuned(StrategyResult strategy) {
    TunedStrategy tuning =
        new TunedStrategy(
            3,
            OptionalDouble.of(0.03),
            Optional.empty(),
            2,
            OptionalDouble.of(9),
            OptionalDouble.of(90),
            Optional.of(new TunedDifference(3, -0.02, 0.01)));
    return of(
        strategy,
        strategy.cells(),
        strategy.againstBaseline(),
        strategy.sentence(),
        Optional.of(tuning));
  }

  private static StrategyResult choosingModules(StrategyResult strategy) {
    List<SeedResult> cells =
        strategy.cells().stream()
            .map(
                cell ->
                    choosing(
                        cell,
                        Stream.concat(
                                Stream.of(ChosenModule.of(1, "query", 4)),
                                cell.seed() == 1
                                    ? Stream.of(ChosenModule.of(2, "value", 8))
                                    : Stream.empty())
                            .toList()))
            .toList();
    return of(strategy, cells, strategy.againstBaseline(), strategy.sentence());
  }

  private static SeedResult choosing(SeedResult cell, List<ChosenModule> modules) {
    return new SeedResult(
        cell.id(),
        cell.seed(),
        cell.state(),
        cell.failure(),
        cell.value(),
        cell.standardError(),
        cell.outcome()
            .map(
                of ->
                    of.changed()
                        .selectedLayers(modules.stream().map(ChosenModule::layer).toList())
                        .selectedModules(modules)
                        .build()),
        cell.withinBudget(),
        cell.searchCut(),
        cell.validationLoss(),
        cell.tuning());
  }

  @Test
  void saysWhichSearchesEndedByThemselves() throws IOException {
    ComparisonRecord whole = RecordedComparison.named("study").in(folder);
    List<ComparedCell> cells =
        whole.cells().stream()
            .map(cell -> cell.strategy().equals("plum") && cell.seed() == 2 ? ended(cell) : cell)
            .toList();

    assertThat(
            written(
                new ComparisonRecord(
                    whole.folder(), whole.name(), whole.configuration(), whole.result(), cells)))
        .contains(
            "The search of plum ended by itself with 1 of 3 seeds: seed 2 after 31 of 60 outer"
                + " steps.");
  }

  private static ComparedCell ended(ComparedCell cell) {
    RunRecord run = cell.run().orElseThrow();
    CellOutcome outcome =
        CellOutcome.of(2)
            .selectedLayers(List.of(1))
            .searchEnd(Optional.of(new SearchEnd(31, 60, "outer steps", "its choice has settled")))
            .trainableParameters(10)
            .build();
    RunResult result = new RunResult(run.name(), 4, new CellResult("plum", outcome), Map.of());
    return new ComparedCell(
        cell.id(),
        cell.model(),
        cell.task(),
        cell.strategy(),
        cell.seed(),
        Optional.of(
            new RunRecord(
                run.folder(),
                run.name(),
                run.configuration(),
                run.provenance(),
                Optional.of(result),
                run.events())));
  }

  @Test
  void thePointsOfADiagramAreToldApartBySeed() throws IOException {
    RecordedComparison study = RecordedComparison.named("plum");
    String page = written(study.in(folder));

    assertThat(page)
        .contains("The seeds of a strategy share a panel; the table tells them apart.")
        .contains("<title>seed 2: 40 examples at 0.500: ", ">Seed</th>")
        .containsSubsequence(rows(study.result().groups().get(0)));
    assertThat(Pattern.compile("<div class=\"panel\"").matcher(page).results()).hasSize(3);
  }

  @Test
  void theGroupOfAFurtherTestSetHasDiagramsOfItsOwn() throws IOException {
    RecordedComparison study = RecordedComparison.named("plum").tasks("sense", "sense/far");
    List<GroupResult> groups = study.result().groups();
    String page = written(study.in(folder));
    int far = page.indexOf("<section id=\"group-1\"");

    assertThat(page.substring(0, far))
        .containsSubsequence(rows(groups.get(0)))
        .doesNotContain(rows(groups.get(1)));
    assertThat(page.substring(far))
        .contains("<strong>bge on sense/far</strong>")
        .containsSubsequence(rows(groups.get(1)));
  }

  /** A row of the table beside a diagram for each point of each seed, but for its interval. */
  private static List<String> rows(GroupResult group) {
    return group.strategies().stream()
        .flatMap(strategy -> strategy.cells().stream())
        .flatMap(
            cell ->
                cell.metrics().get("ece").diagram().orElseThrow().points().stream()
                    .map(point -> row(cell.seed(), point)))
        .toList();
  }

  private static String row(long seed, Diagram.Point point) {
    return String.format(
        Locale.ROOT,
        "data-column=\"Seed\">%d</td><td class=\"number\" data-column=\"Examples\">%d</td>"
            + "<td class=\"number\" data-column=\"mean confidence\">%.3f</td>"
            + "<td class=\"number\" data-column=\"accuracy\">%.3f</td>",
        seed,
        point.examples(),
        point.x(),
        point.y());
  }

  @Test
  void theRecordNamesNothingThatThePageRuns() throws IOException {
    RecordedComparison hostile =
        RecordedComparison.named(HOSTILE)
            .tasks(HOSTILE, "plain")
            .strategies("all", HOSTILE, "c")
            .failing("c.1", HOSTILE);

    String page = written(hostile.in(folder));

    assertThat(page)
        .doesNotContain("</script><script>alert", "<img src=x")
        .contains("&lt;/script&gt;&lt;script&gt;alert", "\\u003c/script\\u003e");
    assertThat(Pattern.compile("<script").matcher(page).results()).hasSize(3);
    assertThat(Pattern.compile("'sha256-[^']+'").matcher(page).results()).hasSize(2);
  }

  @Test
  void aStrategyOfWhichNothingIsKnownStillMakesAPage() throws IOException {
    RecordedComparison study = RecordedComparison.named("plum");
    OptionalDouble none = OptionalDouble.empty();
    StrategyResult unknown =
        new StrategyResult(
            "odd",
            "odd",
            List.of(),
            0,
            0,
            none,
            none,
            Optional.empty(),
            none,
            none,
            none,
            none,
            OptionalLong.empty(),
            Optional.empty(),
            none,
            none,
            false,
            false,
            Optional.empty(),
            "",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    for (StrategyResult first : study.result().groups().get(0).strategies()) {
      assertThat(written(with(study, "", List.of(first, unknown))))
          .as(first.name())
          .contains("</body>\n</html>")
          .doesNotContain("NaN");
    }
    assertThat(written(with(study, "", List.of(unknown)))).contains("</body>\n</html>");
  }

  @Test
  void staysSmallAndFoldsTheSentencesForTenStrategiesWithFiveSeedsAndTwoThousandSteps()
      throws IOException {
    ComparisonRecord record =
        RecordedComparison.named("long")
            .strategies("a", "b", "c", "d", "e", "f", "g", "h", "i", "j")
            .sized(5, 24, 2000)
            .in(folder);

    Path page = new HtmlComparisonReport().write(record);
    assertThat(page.toFile().length()).isLessThan(1_200_000L);
    assertThat(page).content().contains("<details data-print>\n<summary>Each strategy in words<");
    RecordedComparison few = RecordedComparison.named("few").strategies("a", "b").sized(3, 4, 9);
    assertThat(written(few.in(folder)))
        .contains("<details data-print open>\n<summary>Each strategy in words<");
  }

  @Test
  void theBudgetAndTheSeedsAreAsTheyWereWritten() throws IOException {
    ComparisonRecord whole = RecordedComparison.named("plum").in(folder);
    ComparisonResult result = whole.result();
    ComparisonResult timed =
        new ComparisonResult(
            result.name(),
            result.baseline(),
            List.of(3_000_000_000L, 3_000_000_001L, 3_000_000_002L),
            new ComparisonResult.Budget("seconds", OptionalDouble.of(1.5), "excluded", "excluded"),
            result.confidence(),
            result.groups(),
            result.tuning());

    assertThat(
            written(
                new ComparisonRecord(
                    folder, whole.name(), whole.configuration(), timed, whole.cells())))
        .contains("<span>held equal</span> 1.5 seconds, search excluded")
        .contains("<span>seeds</span> 3 (3000000000–3000000002)");
  }

  /** The same with a group that has another sentence and other strategies. */
  private ComparisonRecord with(
      RecordedComparison study, String sentence, List<StrategyResult> strategies) {
    ComparisonRecord whole = study.in(folder);
    ComparisonResult result = whole.result();
    GroupResult group = result.groups().get(0);
    GroupResult other =
        new GroupResult(
            group.model(),
            group.task(),
            group.layers(),
            group.examples(),
            group.metric(),
            sentence,
            strategies);
    return new ComparisonRecord(
        folder,
        whole.name(),
        whole.configuration(),
        new ComparisonResult(
            result.name(),
            result.baseline(),
            result.seeds(),
            result.budget(),
            result.confidence(),
            List.of(other),
            Optional.empty()),
        whole.cells());
  }

  private static StrategyResult of(
      StrategyResult strategy,
      List<SeedResult> cells,
      Optional<DifferenceResult> difference,
      String sentence) {
    return of(strategy, cells, difference, sentence, Optional.empty());
  }

  private static StrategyResult of(
      StrategyResult strategy,
      List<SeedResult> cells,
      Optional<DifferenceResult> difference,
      String sentence,
      Optional<TunedStrategy> tuning) {
    return of(strategy, cells, strategy.trainableParameters(), difference, sentence, tuning);
  }

  private static StrategyResult of(
      StrategyResult strategy,
      List<SeedResult> cells,
      OptionalDouble parameters,
      Optional<DifferenceResult> difference,
      String sentence,
      Optional<TunedStrategy> tuning) {
    return new StrategyResult(
        strategy.name(),
        strategy.selector(),
        cells,
        strategy.done(),
        strategy.failed(),
        strategy.mean(),
        strategy.standardDeviation(),
        strategy.interval(),
        parameters,
        strategy.searchSeconds(),
        strategy.trainSeconds(),
        strategy.seconds(),
        strategy.peakMemoryBytes(),
        strategy.layerFrequency(),
        strategy.jaccard(),
        strategy.jaccardByChance(),
        strategy.frontParameters(),
        strategy.frontSeconds(),
        difference,
        sentence,
        strategy.adapter(),
        strategy.counterpart(),
        tuning,
        Optional.empty(),
        strategy.reference());
  }

  /** A difference without intervals. */
  private static DifferenceResult of(DifferenceResult difference, double value) {
    OptionalDouble none = OptionalDouble.empty();
    return new DifferenceResult(
        value,
        difference.seeds(),
        OptionalInt.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        none,
        none,
        none,
        DifferenceResult.Verdict.NOT_DISTINGUISHABLE,
        OptionalInt.empty(),
        Optional.empty());
  }

  private static String written(ComparisonRecord record) throws IOException {
    try (var in = HtmlReport.class.getResourceAsStream("echarts.js")) {
      String library = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return Files.readString(new HtmlComparisonReport().write(record)).replace(library, "");
    }
  }
}
