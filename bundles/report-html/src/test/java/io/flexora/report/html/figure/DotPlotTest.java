package io.flexora.report.html.figure;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.metric.MetricDescription;
import io.flexora.report.html.evidence.Evidence;
import io.flexora.results.run.CellOutcome;
import io.flexora.results.run.CellResult;
import io.flexora.results.run.RunRecord;
import io.flexora.results.run.RunResult;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class DotPlotTest {

  private static DotPlot plot(MetricDescription metric, double value, double error) {
    CellOutcome main =
        CellOutcome.of(1)
            .selectedLayers(List.of(0))
            .trainableParameters(1)
            .metrics(Map.of(metric.name(), new MetricValue(metric, value, error)))
            .deciding(Optional.of(metric.name()))
            .build();
    RunResult result = new RunResult("run", 4, new CellResult("all", main), Map.of());
    RunRecord record =
        new RunRecord(Path.of("run"), "run", "", Optional.empty(), Optional.of(result), List.of());
    return DotPlot.of(Evidence.read(record)).orElseThrow();
  }

  @Test
  void theBarsOfAShareEndAtOne() {
    DotPlot plot = plot(MetricDescription.fraction("accuracy"), 0.985, 0.01);
    // From 0.96 to 1: one error is from 0.975 to 0.995, two from 0.965 to 1, not to 1.005.
    assertThat(plot.ticks().get(0).label()).isEqualTo("0.96");
    assertThat(plot.ticks().get(plot.ticks().size() - 1).label()).isEqualTo("1.00");
    DotPlot.Dot row = plot.rows().get(0);
    assertThat(row.at()).isEqualTo("62.50%");
    assertThat(row.one()).isEqualTo(new DotPlot.AxisSpan("37.50%", "50.00%"));
    assertThat(row.two()).isEqualTo(new DotPlot.AxisSpan("12.50%", "87.50%"));
  }

  @Test
  void theBarsOfAMetricWithoutARangeGoOn() {
    DotPlot plot = plot(MetricDescription.score("margin"), 0, 1);
    assertThat(plot.rows().get(0).two()).isEqualTo(new DotPlot.AxisSpan("0.00%", "100.00%"));
    assertThat(plot.ticks().get(0).label()).isEqualTo("−2");
  }
}
