package io.flexora.report.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.report.ComparisonRecord;
import io.flexora.testkit.fixture.RecordedComparison;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LatexReportTest {

  @TempDir Path folder;

  @Test
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
        .contains("Seconds include the search. $^\\dagger$\\,Does not keep to the budget.}")
        .containsSubsequence("\\midrule", "all$^\\dagger$ & $12$ & ", "\\midrule", "none & $0$ & ");
  }

  @Test
  void everyRowHasEightColumns() throws IOException {
    String text = written(RecordedComparison.study("a & b").failing("none.1", "x").in(folder));

    assertThat(text.lines().filter(line -> line.endsWith("\\\\")))
        .hasSize(9)
        .allMatch(line -> line.split("(?<!\\\\)&").length == 8);
    assertThat(text).contains("none (4 of 5 seeds) & ");
  }

  @Test
  void showsFiguresWithTheDecimalsThatTheirDeviationAllows() throws IOException {
    Map<String, Object> against =
        Map.of(
            "difference",
            0.01234,
            "over_seeds",
            Map.of("interval", List.of(-0.0021, 0.0268)),
            "p_adjusted",
            0.00004,
            "verdict",
            "better");
    Map<String, Object> strategy =
        Map.of(
            "name",
            "top_k",
            "done",
            1,
            "cells",
            List.of(Map.of("selected_layers", List.of(1, 2))),
            "mean",
            0.73126,
            "standard_deviation",
            0.0123,
            "trainable_parameters",
            96_026.0,
            "seconds",
            61.25,
            "against_baseline",
            against);
    Map<String, Object> result =
        Map.of(
            "groups",
            List.of(
                Map.of(
                    "metric",
                    Map.of("name", "macro_f1", "higher_is_better", false),
                    "strategies",
                    List.of(strategy))));

    assertThat(written(new ComparisonRecord(folder, "x", "", result, List.of())))
        .contains("& macro f1 $\\downarrow$")
        .contains(
            "top\\_k & $2$ & $0.731$ & $0.012$ & $+0.012$\\,$[-0.002, 0.027]$ & "
                + "{\\boldmath$<0.001$} & $96\\,026$ & $61.3$ \\\\");
  }

  private static String written(ComparisonRecord record) throws IOException {
    return Files.readString(new LatexReport().write(record));
  }
}
