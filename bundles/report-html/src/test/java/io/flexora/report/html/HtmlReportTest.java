package io.flexora.report.html;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.evaluate.MetricValue.Diagram;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.run.Event;
import io.flexora.api.run.Progress;
import io.flexora.api.selection.Selection.ScoreDescription;
import io.flexora.results.run.AnsweredExample;
import io.flexora.results.run.CellAnswers;
import io.flexora.results.run.CellOutcome;
import io.flexora.results.run.CellResult;
import io.flexora.results.run.ClassCurve;
import io.flexora.results.run.ClassCurve.Point;
import io.flexora.results.run.ClassScore;
import io.flexora.results.run.Confusion;
import io.flexora.results.run.Provenance;
import io.flexora.results.run.Provenance.FetchedFile;
import io.flexora.results.run.RunEvent;
import io.flexora.results.run.RunRecord;
import io.flexora.results.run.RunResult;
import io.flexora.results.run.TestSetOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HtmlReportTest {

  /** Stands for the chart library, to keep it out of searches and messages. */
  private static final String LIBRARY = "/* the chart library */";

  private static final String HOSTILE =
      "</script><script>alert('x')</script>\"<img src=x onerror=a>&";

  @TempDir Path folder;

  @Test
  void writesOneFileAndLeavesNothingElse() throws IOException {
    Path file = new HtmlReport().write(SyntheticRun.whole(folder));

    assertThat(file).isEqualTo(folder.resolve("report.html")).isRegularFile();
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void replacesAnEarlierReport() throws IOException {
    Files.writeString(folder.resolve("report.html"), "earlier");

    assertThat(written(SyntheticRun.whole(folder))).startsWith("<!doctype html>");
  }

  @Test
  void theSameRecordGivesTheSameBytes() throws IOException {
    String first = written(SyntheticRun.whole(folder));

    assertThat(written(SyntheticRun.whole(folder))).isEqualTo(first);
  }

  @Test
  void theOrderOfMetricsAndProvenanceInTheRecordDoesNotMatter() throws IOException {
    RunRecord record = SyntheticRun.whole(folder);
    Provenance provenance = record.provenance().orElseThrow();
    List<String> orders = new ArrayList<>();
    for (List<String> names : List.of(List.of("djl", "java", "os"), List.of("os", "java", "djl"))) {
      Map<String, String> versions = new LinkedHashMap<>();
      names.forEach(name -> versions.put(name, "1 of " + name));
      Provenance other =
          new Provenance(
              provenance.started(),
              provenance.seed(),
              versions,
              provenance.plugins(),
              provenance.code(),
              provenance.machine(),
              provenance.files());
      orders.add(
          written(
              new RunRecord(
                  folder,
                  record.name(),
                  record.configuration(),
                  Optional.of(other),
                  record.result(),
                  record.events())));
    }

    assertThat(orders.get(0)).contains("1 of djl").isEqualTo(orders.get(1));
  }

  @Test
  void asksNoOtherHostForAnything() throws IOException {
    String page = written(SyntheticRun.whole(folder));

    assertThat(page).doesNotContainPattern("(?i)https?://").doesNotContain("url(", "@import");
    assertThat(
            Pattern.compile("(?:src|href|action|data)\\s*=\\s*\"([^\"]*)\"")
                .matcher(page)
                .results())
        .isNotEmpty()
        .allSatisfy(link -> assertThat(link.group(1)).matches("#.*|data:,"));
    assertThat(page).contains("default-src 'none'", LIBRARY);
  }

  @Test
  void theChartLibraryCannotLoadAnything() throws IOException {
    assertThat(echarts())
        .contains("Licensed to the Apache Software Foundation")
        .doesNotContain("XMLHttpRequest", "fetch(", "WebSocket", "sendBeacon", "importScripts")
        .doesNotContainIgnoringCase("</script");
  }

  @Test
  void admitsExactlyItsOwnTwoScripts() throws IOException {
    String page = written(SyntheticRun.whole(folder));

    assertThat(Pattern.compile("'sha256-[^']+'").matcher(page).results()).hasSize(2);
    assertThat(page).doesNotContain("script-src 'unsafe-inline'");
    assertThat(Pattern.compile("<script").matcher(page).results()).hasSize(3);
  }

  @Test
  void isSmall() throws IOException {
    assertThat(new HtmlReport().write(SyntheticRun.whole(folder)).toFile().length())
        .isBetween((long) echarts().length(), 1_000_000L);
  }

  @Test
  void textOfTheRecordStaysText() throws IOException {
    RunResult whole = SyntheticRun.result();
    CellOutcome cell = whole.main().outcome();
    MetricDescription hostileMetric = MetricDescription.score("odd").withUnit(HOSTILE);
    CellOutcome hostile =
        CellOutcome.of(cell.seed())
            .selectedLayers(cell.selectedLayers())
            .scores(Map.of(HOSTILE, List.of(0.5, 0.25)))
            .trainableParameters(cell.trainableParameters())
            .metrics(Map.of("odd", new MetricValue(hostileMetric, 0.5, Double.NaN)))
            .deciding(Optional.of("odd"))
            .seconds(cell.seconds())
            .peakMemoryBytes(cell.peakMemoryBytes())
            .versions(Map.of(HOSTILE, HOSTILE))
            .build();
    RunResult result =
        SyntheticRun.with(
            SyntheticRun.with(
                new RunResult(HOSTILE, 12, new CellResult(HOSTILE, hostile), whole.baselines()),
                HOSTILE,
                failed(HOSTILE)),
            "odd",
            new CellResult(HOSTILE, hostile));
    RunRecord run = SyntheticRun.with(folder, result);
    List<RunEvent> events = new ArrayList<>(run.events());
    events.add(new RunEvent(events.get(0).time(), "", "", 0, new Event.Notice(HOSTILE)));
    for (int step = 1; step <= 3; step++) {
      Event what = new Event.StepDone(Progress.of(step, 3).withTrainingLoss(1.0 / step));
      events.add(new RunEvent(events.get(0).time(), HOSTILE, "train", step, what));
    }

    String page =
        written(
            new RunRecord(
                folder,
                HOSTILE,
                HOSTILE,
                Optional.of(
                    new Provenance(
                        Instant.EPOCH,
                        1,
                        Map.of(HOSTILE, HOSTILE),
                        Map.of(HOSTILE, HOSTILE),
                        Map.of(HOSTILE, HOSTILE),
                        new Provenance.Machine(HOSTILE, HOSTILE, HOSTILE, 1, 1),
                        Map.of(HOSTILE, new FetchedFile(1, HOSTILE)))),
                Optional.of(result),
                events));

    assertThat(page).doesNotContain("</script><script>alert", "<img src=x");
    assertThat(page).contains("&lt;/script&gt;&lt;script&gt;alert");
    assertThat(page).contains("\\u003c/script\\u003e\\u003cscript\\u003ealert");
    assertThat(Pattern.compile("<script").matcher(page).results()).hasSize(3);
  }

  @Test
  void showsEverySection() throws IOException {
    assertThat(written(SyntheticRun.whole(folder)))
        .contains("<title>quickstart – Flexora</title>", "2 March 2026, 09:15 UTC")
        .contains("flexora chose 6 of 12 layers (1, 4, 7–9, 11)")
        .contains("<span>dataset</span> wordnet", "maven:dev.langchain4j")
        .contains("Cells compared", "How flexora chose its layers", "Cost", "Record")
        .contains("id=\"gates-0\"", "id=\"search-losses-0\"")
        .contains("id=\"training-losses\"", "id=\"validation-losses\"")
        .contains("Filled: chosen. Dashed line, threshold: 0, the initial value.")
        .contains("all adapts layers 12: 0–11", "frozen adapts layers none")
        .contains("Running on the CPU with 2 threads.", "inner_steps: 2", "files / data / sha256")
        .contains("Time by phase", "Peak memory by phase")
        .contains("These are the intervals of each cell alone; the verdict compares the answers")
        .contains("Losses and gates at selected outer steps", "data-column=\"gate 11\"");
  }

  /** Numbers of layers are shown whatever their names, and read as the strategy describes them. */
  @Test
  void showsTheScoresOfAnyStrategyOverTheSearch() throws IOException {
    CellOutcome cell =
        CellOutcome.of(1)
            .selectedLayers(List.of(1))
            .scores(Map.of("rise", List.of(0.5, 2.5), "norm", List.of(3.0, 4.0)))
            .scoreDescriptions(
                List.of(
                    ScoreDescription.of("rise", "rise of the loss")
                        .withUnit("nats")
                        .withNeutral(1, "as at random")))
            .trainableParameters(1)
            .build();
    List<RunEvent> events = new ArrayList<>();
    for (int step = 1; step <= 4; step++) {
      Progress told =
          Progress.of(step, 4)
              .with("norm", new double[] {3, step})
              .with("rise", new double[] {0.5, 0.5 * step})
              .with("chosen", List.of(0, 1))
              .with("three", new double[] {1, 2, 3});
      events.add(new RunEvent(Instant.EPOCH, "main", "search", step, new Event.StepDone(told)));
    }
    RunResult result = new RunResult("run", 2, new CellResult("mine", cell), Map.of());

    assertThat(
            written(
                new RunRecord(folder, "run", "", Optional.empty(), Optional.of(result), events)))
        .contains("id=\"rise-0\"", "Rise of the loss of each layer", "rise of the loss, nats")
        .contains("Dashed: 1, as at random.", "Final rise of the loss of each layer")
        .contains("Dashed line, threshold: 1, as at random.")
        .contains("id=\"norm-0\"", "Norm of each layer", "data-column=\"rise of the loss 1\"")
        .doesNotContain("id=\"chosen-0\"", "id=\"three-0\"");
  }

  @Test
  void saysHowTheTrainedModelIsUsed() throws IOException {
    RunRecord record = SyntheticRun.with(folder, SyntheticRun.result());
    String evaluate = "<code>flexora evaluate";

    assertThat(written(record))
        .contains("Use the model", evaluate, " --split validation")
        .doesNotContain("flexora export");
    Files.createDirectory(folder.resolve("adapter"));
    assertThat(written(record)).contains("flexora export", " --to peft");
    RunRecord begun =
        new RunRecord(folder, "run", "", Optional.empty(), Optional.empty(), List.of());
    assertThat(written(begun)).doesNotContain("Use the model");
  }

  @Test
  void aPhaseThatDidNothingHasNoMemory() throws IOException {
    CellOutcome cell = SyntheticRun.cell(List.of(1), 100, 0.8, 0.001, 9);
    RunResult result =
        SyntheticRun.with(SyntheticRun.result(), "fixed", new CellResult("layers", cell));

    assertThat(cell.peakMemoryBytes().get("search")).isPositive();
    assertThat(written(SyntheticRun.with(folder, result)))
        .contains("data-tip=\"fixed, training: ", "data-tip=\"flexora, search: 870")
        .doesNotContain("data-tip=\"fixed, search: 870");
  }

  @Test
  void aFailedCellIsToldAndTheOthersAreShown() throws IOException {
    RunResult result =
        SyntheticRun.with(SyntheticRun.result(), "all", failed("out of memory at step 3"));

    assertThat(written(SyntheticRun.with(folder, result)))
        .contains("<strong>all failed.</strong> out of memory at step 3")
        .contains(">all (failed)</th><td class=\"number\" data-column=\"Layers\">–</td>")
        .doesNotContain("all adapts layers")
        .contains("for random")
        .contains("0.7876");
  }

  @Test
  void aFailedMainCellIsTheVerdict() throws IOException {
    RunResult whole = SyntheticRun.result();
    RunResult result =
        new RunResult(
            whole.name(), whole.layers(), failed("the training diverged"), whole.baselines());

    assertThat(written(SyntheticRun.with(folder, result)))
        .contains("The main cell failed: the training diverged")
        .contains("0.8096");
  }

  @Test
  void anEmptyRecordStillMakesAPage() throws IOException {
    assertThat(
            written(
                new RunRecord(
                    folder, "nothing", "", Optional.empty(), Optional.empty(), List.of())))
        .contains("nothing – Flexora")
        .contains("has not chosen layers yet")
        .contains("</html>")
        .doesNotContain("class=\"canvas\"", "Resolved configuration", "NaN");
  }

  @Test
  void aCellOfWhichLittleWasRecordedIsShown() throws IOException {
    CellOutcome cell =
        CellOutcome.of(1)
            .scores(Map.of("alpha", List.of()))
            .metrics(
                Map.of(
                    "odd", new MetricValue(MetricDescription.score("odd"), Double.NaN, Double.NaN)))
            .seconds(Map.of("train", Double.NaN))
            .build();
    for (int layers : new int[] {0, 1, 12}) {
      RunResult result = new RunResult("odd", layers, new CellResult("odd", cell), Map.of());
      assertThat(written(SyntheticRun.with(folder, result)))
          .as("%d layers", layers)
          .endsWith("</html>\n")
          .doesNotContain("NaN");
    }
  }

  @Test
  void aRunWithoutEventsIsShownWithoutCharts() throws IOException {
    RunRecord run = SyntheticRun.whole(folder);

    assertThat(
            written(
                new RunRecord(
                    folder,
                    run.name(),
                    run.configuration(),
                    run.provenance(),
                    run.result(),
                    List.of())))
        .contains("Final alpha of each layer", "0.8124")
        .doesNotContain("class=\"canvas\"");
  }

  @Test
  void showsEachClassAndExamplesRightAndWrong() throws IOException {
    RunRecord run = SyntheticRun.whole(folder);
    MetricValue.ConfidenceInterval interval = new MetricValue.ConfidenceInterval(0.5123, 0.9);
    ClassScore animal =
        new ClassScore(
            "noun.animal",
            1200,
            12,
            8,
            0.66666,
            Optional.of(interval),
            0.8,
            Optional.of(interval),
            0.72727,
            Optional.of(interval));
    ClassScore none =
        new ClassScore(
            "noun.plant",
            0,
            0,
            0,
            Double.NaN,
            Optional.empty(),
            Double.NaN,
            Optional.empty(),
            Double.NaN,
            Optional.empty());
    CellAnswers answers =
        new CellAnswers(
            List.of(animal, none),
            List.of(
                new Confusion("noun.animal", "noun.animal", 1188),
                new Confusion("noun.animal", "noun.plant", 12)),
            List.of(
                new ClassCurve(
                    "noun.animal",
                    0.87654,
                    0.91239,
                    List.of(new Point(0, 0), new Point(0.05, 0.8), new Point(1, 1)),
                    List.of(new Point(0, 1), new Point(0.8, 0.75), new Point(1, 0.5))),
                new ClassCurve("noun.plant", 0.5, 0.25, List.of(), List.of())),
            List.of(
                new AnsweredExample(
                    "data.noun:7", "a <b>small</b> cat", HOSTILE, "noun.plant", 0.91, false),
                new AnsweredExample(
                    "data.noun:9", "a tree", "noun.plant", "noun.plant", 0.4, true)));
    String page =
        written(
            new RunRecord(
                folder,
                run.name(),
                run.configuration(),
                run.provenance(),
                run.result(),
                run.events(),
                Map.of("main", answers)));

    assertThat(page)
        .containsSubsequence(
            "Classes and examples",
            "<details open>",
            "noun.animal</th>",
            ">1,200</td>",
            ">0.667</td>",
            ">0.512\u00a0to\u00a00.900</td>",
            "noun.plant</th>",
            ">–</td>",
            "Confusion matrix of",
            "noun.animal</th>",
            "class=\"number right\" style=\"--share:0.990\"",
            ">1,188</td>",
            "class=\"number\" style=\"--share:0.010\"",
            "12 of 1,200 examples of noun.animal predicted as noun.plant (1.0\u00a0%)",
            "ROC curves of",
            "The classes with the most examples",
            "id=\"roc-0\"",
            "id=\"precision-recall-0\"",
            "Areas under the curves of",
            "noun.animal</th>",
            ">0.877</td>",
            ">0.912</td>",
            ">0.00</td>",
            ">0.80</td>",
            "noun.plant</th>",
            ">0.500</td>",
            "the most confident first",
            "a &lt;b&gt;small&lt;/b&gt; cat</th>",
            ">0.910</td>",
            ">data.noun:7</td>",
            "the least confident first",
            "a tree</th>")
        .contains("\"domain\":[0.0,1.0]", "\"points\":[[0.0,0.0],[0.05,0.8],[1.0,1.0]]")
        .doesNotContain("NaN", "<b>small", HOSTILE);
    assertThat(written(run)).doesNotContain("Classes and examples");
  }

  @Test
  void manyClassesHaveTheirMostFrequentConfusionsInATable() throws IOException {
    RunRecord run = SyntheticRun.whole(folder);
    List<ClassScore> classes =
        IntStream.range(0, 21)
            .mapToObj(
                i ->
                    new ClassScore(
                        "class " + i,
                        40,
                        40,
                        40,
                        1,
                        Optional.empty(),
                        1,
                        Optional.empty(),
                        1,
                        Optional.empty()))
            .toList();
    CellAnswers answers =
        new CellAnswers(
            classes,
            List.of(
                new Confusion("class 3", "class 3", 30),
                new Confusion("class 3", "class 7", 4),
                new Confusion("class 9", "class 2", 10)),
            List.of(),
            List.of());
    String page =
        written(
            new RunRecord(
                folder,
                run.name(),
                run.configuration(),
                run.provenance(),
                run.result(),
                run.events(),
                Map.of("main", answers)));
    assertThat(page)
        .containsSubsequence(
            "Most frequent confusions of",
            "class 9</th>",
            ">class 2</td>",
            ">10</td>",
            ">25\u00a0%</td>",
            "class 3</th>",
            ">class 7</td>")
        .doesNotContain("Confusion matrix of", "class=\"curves\"");
  }

  @Test
  void examplesWithoutTextsAreShownByTheirRows() throws IOException {
    RunRecord run = SyntheticRun.whole(folder);
    CellAnswers answers =
        new CellAnswers(
            List.of(),
            List.of(
                new AnsweredExample("data.noun:7", "", "choice 1", "choice 2", 0.91, false),
                new AnsweredExample("data.noun:9", "", "choice 2", "choice 2", 0.4, true)));
    String page =
        written(
            new RunRecord(
                folder,
                run.name(),
                run.configuration(),
                run.provenance(),
                run.result(),
                run.events(),
                Map.of("main", answers)));
    assertThat(page.substring(page.indexOf("Classes and examples")))
        .containsSubsequence(
            ">Row</th>", ">True</th>", "data.noun:7</th>", ">choice 1</td>", "data.noun:9</th>")
        .doesNotContain(">Text</th>");
  }

  @Test
  void aValidationLossOfOnePointIsNoChart() throws IOException {
    RunRecord run = SyntheticRun.whole(folder);
    String page =
        written(
            new RunRecord(
                folder,
                run.name(),
                run.configuration(),
                run.provenance(),
                run.result(),
                run.events().stream().filter(HtmlReportTest::isNoEarlierValidation).toList()));
    assertThat(page)
        .contains("id=\"training-losses\"", "Validation loss was computed once")
        .doesNotContain("id=\"validation-losses\"", "Both charts");
    assertThat(written(run)).doesNotContain("was computed once");
  }

  @Test
  void aFurtherTestSetHasItsDiagramsBesideThoseOfTheTestSplit() throws IOException {
    RunResult result =
        new RunResult(
            "run",
            12,
            new CellResult("flexora", calibrated(0.71, 0.42)),
            Map.of("all", new CellResult("all", calibrated(0.73, 0.44))));

    assertThat(written(SyntheticRun.with(folder, result)))
        .containsSubsequence(
            "<h3>Reliability of 40 examples (adaptive ece)</h3>",
            "<h3>Reliability of 30 examples (adaptive ece) on the test set far</h3>",
            "<h3>Reliability of 40 examples (ece)</h3>",
            "<title>40 examples at 0.500: 0.710 (",
            "<title>40 examples at 0.500: 0.730 (",
            "<h3>Reliability of 30 examples (ece) on the test set far</h3>",
            "<title>30 examples at 0.500: 0.420 (",
            "<title>30 examples at 0.500: 0.440 (",
            "<summary>Reliability of 30 examples (ece) on the test set far (table)</summary>",
            "data-column=\"accuracy\">0.420</td>",
            "data-column=\"accuracy\">0.440</td>")
        // A run has one seed.
        .doesNotContain("data-column=\"Seed\"", "share a panel");
  }

  @Test
  void aFurtherTestSetIsShownThoughTheMainCellHasFailed() throws IOException {
    CellResult main =
        new CellResult("flexora", CellOutcome.failed(42, Map.of(), "it ran out of memory"));
    CellResult all = new CellResult("all", calibrated(0.73, 0.44));

    assertThat(
            written(SyntheticRun.with(folder, new RunResult("run", 12, main, Map.of("all", all)))))
        .contains("All cells of the run on the test set far", "flexora (failed)")
        .contains("<title>30 examples at 0.500: 0.440 (");
  }

  /** A cell of so many right answers in the one group of its diagrams, here and on a test set. */
  private static CellOutcome calibrated(double share, double far) {
    CellOutcome cell = SyntheticRun.cell(List.of(1), 100, 0.8, 0, 9);
    return CellOutcome.of(cell.seed())
        .selectedLayers(cell.selectedLayers())
        .selectedModules(cell.selectedModules())
        .scores(cell.scores())
        .moduleScores(cell.moduleScores())
        .scoreDescriptions(cell.scoreDescriptions())
        .searchEnd(cell.searchEnd())
        .trainableParameters(cell.trainableParameters())
        .metrics(reliability(40, share))
        .figures(cell.figures())
        .deciding(Optional.of("ece"))
        .testSets(Map.of("far", new TestSetOutcome(reliability(30, far), "ece")))
        .seconds(cell.seconds())
        .peakMemoryBytes(cell.peakMemoryBytes())
        .versions(cell.versions())
        .failure(cell.failure())
        .build();
  }

  private static Map<String, MetricValue> reliability(int examples, double share) {
    Diagram diagram =
        new Diagram(
            "Reliability of " + examples + " examples",
            "mean confidence",
            "accuracy",
            List.of(new Diagram.Point(0.5, share, share - 0.1, share + 0.1, examples)));
    return Stream.of("ece", "adaptive_ece")
        .map(name -> new MetricValue(MetricDescription.error(name), 0.1, 0.01).with(diagram))
        .collect(Collectors.toMap(MetricValue::name, value -> value));
  }

  private static boolean isNoEarlierValidation(RunEvent event) {
    return !(event.what() instanceof Event.StepDone step)
        || !event.phase().equals("train")
        || step.progress().validationLoss().isEmpty()
        || step.progress().done() == SyntheticRun.STEPS;
  }

  /** As the host writes a cell that failed before it chose. */
  private static CellResult failed(String why) {
    return new CellResult("all", CellOutcome.failed(42, Map.of(), why));
  }

  private String written(RunRecord record) throws IOException {
    return Files.readString(new HtmlReport().write(record)).replace(echarts(), LIBRARY);
  }

  private static String echarts() throws IOException {
    try (var in = HtmlReport.class.getResourceAsStream("echarts.js")) {
      return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    }
  }
}
