package io.flexora.report.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.evaluate.MetricValue.ConfidenceInterval;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.plan.ChosenModule;
import io.flexora.results.comparison.CellState;
import io.flexora.results.comparison.ComparisonRecord;
import io.flexora.results.comparison.ComparisonResult;
import io.flexora.results.comparison.SeedResult;
import io.flexora.results.comparison.StrategyResult;
import io.flexora.results.run.CellOutcome;
import io.flexora.runstore.RecordJson;
import io.flexora.testkit.recorded.RecordedComparison;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CsvReportTest {

  @TempDir Path folder;

  @Test
  void hasARowForEachCell() throws IOException {
    ComparisonRecord record = RecordedComparison.study("study").tasks("sense", "piqa").in(folder);
    List<String> rows = rows(record);

    assertThat(rows).hasSize(1 + 2 * 8 * 5).doesNotHaveDuplicates();
    assertThat(rows.get(0)).startsWith("comparison,cell,model,task,strategy,selector,");
    assertThat(rows)
        .allMatch(row -> row.split(",", -1).length == CellRow.head(record.result()).size());
  }

  /** Both files are of an earlier state. */
  @Test
  void writesAnEarlierComparisonAsThen() throws Exception {
    Path golden = Path.of(CsvReportTest.class.getResource("golden").toURI());
    ComparisonResult result =
        RecordJson.read(
            golden.resolve("comparison.json"), ComparisonResult.class, "a comparison", "none");

    Path file =
        new CsvReport().write(new ComparisonRecord(folder, "golden", "", result, List.of()));

    assertThat(file).hasSameBinaryContentAs(golden.resolve("comparison.csv"));
  }

  @Test
  void writesNumbersInFullAndLayersWithSpaces() throws IOException {
    SeedResult cell =
        new SeedResult(
            "bge.sense.all.1",
            1,
            CellState.DONE,
            Optional.empty(),
            OptionalDouble.of(0.1 + 0.2),
            OptionalDouble.of(1e-9),
            Optional.of(
                CellOutcome.of(1)
                    .selectedLayers(List.of(0, 3))
                    .selectedModules(List.of(ChosenModule.of(0, "q"), ChosenModule.of(3, "v", 4)))
                    .trainableParameters(96_026)
                    .seconds(Map.of("train", 2.5))
                    .peakMemoryBytes(Map.of("train", 5_000_000_000L))
                    .metrics(
                        Map.of(
                            "brier",
                            new MetricValue(MetricDescription.error("brier"), 0.25, Double.NaN)))
                    .build()),
            Optional.of(true),
            Optional.of(false),
            OptionalDouble.of(Double.NaN),
            Optional.empty());
    ComparisonResult result =
        Tables.result("plum", Tables.strategy("all", "fixed, \"all\"", cell, Optional.empty()));

    assertThat(rows(new ComparisonRecord(folder, "plum", "", result, List.of())).get(1))
        .isEqualTo(
            "plum,bge.sense.all.1,bge,sense,all,\"fixed,"
                + " \"\"all\"\"\",true,1,done,,,,0.30000000000000004,1.0E-9,,,,2,0 3,0.q"
                + " 3.v:4,96026,,2.5,,5000000000,true,false,0.25");
  }

  @Test
  void aShareThatIsAllHasItsInterval() throws IOException {
    MetricDescription accuracy = MetricDescription.fraction("accuracy");
    ConfidenceInterval ends = new ConfidenceInterval(0.954, 1);
    SeedResult sure =
        cell("sure", new MetricValue(accuracy, 1, 0, Optional.of(ends), Optional.empty()));
    SeedResult other = cell("other", new MetricValue(accuracy, 0.5, 0.1));
    ComparisonResult result =
        Tables.result(
            "plum",
            Optional.of(accuracy),
            Tables.strategy("sure", "all", sure, Optional.empty()),
            Tables.strategy("other", "all", other, Optional.empty()));

    List<String> rows = rows(new ComparisonRecord(folder, "plum", "", result, List.of()));
    assertThat(rows.get(0)).endsWith(",search_cut,interval_low,interval_high,metric_accuracy");
    assertThat(rows.get(1)).endsWith(",0.954,1.0,1.0");
    assertThat(rows.get(2)).endsWith(",,,0.5");
  }

  @Test
  void aNameThatBeginsLikeAFormulaIsNone() throws IOException {
    SeedResult cell =
        cell("=cell", new MetricValue(MetricDescription.score("gain"), -0.5, Double.NaN));
    ComparisonResult result =
        Tables.result("plum", Tables.strategy("=1+1", "@sum", cell, Optional.empty()));

    assertThat(rows(new ComparisonRecord(folder, "plum", "", result, List.of())).get(1))
        .startsWith("plum,'=cell,bge,sense,'=1+1,'@sum,")
        .endsWith(",-0.5");
  }

  private static SeedResult cell(String id, MetricValue value) {
    return new SeedResult(
        id,
        1,
        CellState.DONE,
        Optional.empty(),
        OptionalDouble.of(value.value()),
        OptionalDouble.of(value.standardError()),
        Optional.of(CellOutcome.of(1).metrics(Map.of(value.name(), value)).build()),
        Optional.empty(),
        Optional.empty(),
        OptionalDouble.empty(),
        Optional.empty());
  }

  @Test
  void namesTheAdapterWhereAdaptersAreCompared() throws IOException {
    List<String> rows = rows(RecordedComparison.named("plum").adapters().in(folder));

    assertThat(rows.get(0)).endsWith(",search_cut,adapter,metric_accuracy,metric_ece");
    assertThat(rows)
        .filteredOn(row -> row.contains(",all+lora,"))
        .allMatch(r -> r.contains(",lora,"));
    assertThat(rows)
        .filteredOn(row -> row.contains(",last+dora,"))
        .hasSize(3)
        .allMatch(row -> row.contains(",dora,"));
  }

  @Test
  void namesTheTrainerWhereTrainersAreCompared() throws IOException {
    ComparisonRecord record = RecordedComparison.named("plum").in(folder);
    StrategyResult row = record.result().groups().get(0).strategies().get(0);
    ComparisonResult result = Tables.result("plum", Tables.trainedBy("losa", row));
    List<String> rows = rows(new ComparisonRecord(folder, "plum", "", result, List.of()));

    assertThat(rows.get(0)).contains(",search_cut,trainer,metric_accuracy");
    assertThat(rows.subList(1, rows.size())).isNotEmpty().allMatch(line -> line.contains(",losa,"));
    assertThat(rows).allMatch(line -> line.split(",", -1).length == CellRow.head(result).size());
    assertThat(rows(record).get(0)).doesNotContain("trainer");
  }

  @Test
  void tellsWhatIsShownWithinAMargin() throws IOException {
    ComparisonRecord record = RecordedComparison.study("study").within(0.02).in(folder);
    List<String> rows = rows(record);

    assertThat(rows.get(0))
        .contains(
            ",search_cut,equivalence_margin,equivalence_against,equivalence,p_not_worse_adjusted,"
                + "p_equivalent_adjusted,metric_accuracy");
    assertThat(rows)
        .allMatch(row -> row.split(",", -1).length == CellRow.head(record.result()).size());
    assertThat(rows)
        .anyMatch(row -> row.contains(".none.1,") && row.contains(",0.02,all,equivalent,"))
        .anyMatch(row -> row.contains(".flexora.1,") && row.contains(",0.02,all,not worse,"));
  }

  @Test
  void namesTheStrategyThatTheMarginIsTestedAgainst() throws IOException {
    ComparisonRecord record = RecordedComparison.study("study").within(0.02, "none").in(folder);
    List<String> rows = rows(record);

    assertThat(rows)
        .allMatch(row -> row.split(",", -1).length == CellRow.head(record.result()).size());
    assertThat(rows)
        .filteredOn(row -> row.contains(".all.1,") || row.contains(".flexora.1,"))
        .hasSize(2)
        .allMatch(row -> row.contains(",0.02,none,"));
    assertThat(rows)
        .filteredOn(row -> row.contains(".none.1,"))
        .singleElement()
        .asString()
        .doesNotContain("0.02,");
  }

  @Test
  void keepsTheRowsOfCellsThatFailedOrWereNotBegun() throws IOException {
    List<String> rows =
        rows(
            RecordedComparison.named("plum")
                .failing("plum.2", "out of memory, at step 3")
                .lacking("random.3")
                .in(folder));

    assertThat(rows).hasSize(1 + 9);
    assertThat(rows)
        .anyMatch(row -> row.contains(",2,failed,\"out of memory, at step 3\",accuracy,true,,"))
        .anyMatch(
            row -> row.contains("bge.sense.random.3,bge,sense,random,random,false,3,missing,,"));
  }

  private static List<String> rows(ComparisonRecord record) throws IOException {
    String text = Files.readString(new CsvReport().write(record));
    assertThat(text).endsWith("\r\n");
    return new ArrayList<>(List.of(text.split("\r\n")));
  }
}
