package io.flexora.cli.result;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.metric.MetricDescription;
import io.flexora.cli.output.Palette;
import io.flexora.results.run.CellOutcome;
import io.flexora.results.run.TestSetOutcome;
import java.nio.charset.Charset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ResultTableTest {

  private static final String PLUS_MINUS =
      Charset.defaultCharset().newEncoder().canEncode('\u00b1') ? "\u00b1" : "+-";

  private static final String ERRORS =
      "After " + PLUS_MINUS + ": the standard error over the test examples.";

  @Test
  void cellsStandSideBySideInTheirOrder() {
    assertThat(table(cell(List.of(0, 1, 2, 7), "")).lines(new Palette(false), Integer.MAX_VALUE))
        .containsExactly(
            "CELL    STRATEGY  LAYERS  PARAMETERS         ACCURACY  SECONDS",
            "main    flexora   0-2,7       83,738  0.8124 " + PLUS_MINUS + " 0.0100     12.5",
            "frozen  none      none        83,738  0.8124 " + PLUS_MINUS + " 0.0100     12.5",
            ERRORS);
  }

  @Test
  void theMetricThatDecidesIsShown() {
    CellOutcome byLoss = cell(List.of(3), "", Optional.of("loss"));
    assertThat(table(byLoss).lines(new Palette(false), Integer.MAX_VALUE))
        .contains("main    flexora   3           83,738  0.5000     12.5")
        .doesNotContain(ERRORS);
  }

  @Test
  void furtherTestSetsFollowWithTheirOwnMetrics() {
    MetricValue perplexity = new MetricValue(MetricDescription.error("perplexity"), 12.5, 0.25);
    CellOutcome main =
        cell(
            List.of(3),
            "",
            Optional.of("accuracy"),
            Map.of("far", new TestSetOutcome(Map.of("perplexity", perplexity), "perplexity")));
    assertThat(table(main).lines(new Palette(false), Integer.MAX_VALUE))
        .hasSize(8)
        .endsWith(
            "",
            "Test set far:",
            "CELL      PERPLEXITY",
            "main  12.500 " + PLUS_MINUS + " 0.250",
            ERRORS);
  }

  @Test
  void aCellThatFailedSaysWhy() {
    ResultTable table = table(cell(List.of(), "there was no room"));

    assertThat(table.failed()).isTrue();
    assertThat(table.lines(new Palette(false), Integer.MAX_VALUE))
        .contains("main failed: there was no room");
  }

  @Test
  void aRunWithoutFailuresDidNotFail() {
    assertThat(table(cell(List.of(3), "")).failed()).isFalse();
  }

  private static ResultTable table(CellOutcome main) {
    Map<String, CellOutcome> cells = new LinkedHashMap<>();
    cells.put("main", main);
    cells.put("frozen", cell(List.of(), "", main.deciding()));
    return new ResultTable(Map.of("main", "flexora", "frozen", "none"), cells);
  }

  private static CellOutcome cell(List<Integer> layers, String failure) {
    return cell(layers, failure, Optional.of("accuracy"));
  }

  private static CellOutcome cell(List<Integer> layers, String failure, Optional<String> deciding) {
    return cell(layers, failure, deciding, Map.of());
  }

  private static CellOutcome cell(
      List<Integer> layers,
      String failure,
      Optional<String> deciding,
      Map<String, TestSetOutcome> testSets) {
    return CellOutcome.of(42)
        .selectedLayers(layers)
        .trainableParameters(83_738)
        .metrics(
            Map.of(
                "accuracy",
                new MetricValue(MetricDescription.fraction("accuracy"), 0.8124, 0.01),
                "loss",
                new MetricValue(MetricDescription.error("loss"), 0.5, Double.NaN)))
        .deciding(deciding)
        .testSets(testSets)
        .seconds(Map.of("train", 10.25, "evaluate", 2.25))
        .failure(Optional.of(failure).filter(text -> !text.isEmpty()))
        .build();
  }
}
