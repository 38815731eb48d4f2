package io.flexora.report.html.figure;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.report.RunRecord;
import io.flexora.report.html.evidence.Evidence;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class DotPlotTest {

  private static DotPlot plot(String metric, Map<String, Object> figures) {
    Map<String, Object> main = new LinkedHashMap<>();
    main.put("selector", "all");
    main.put("layers", 4);
    main.put("selected_layers", List.of(0));
    main.put("deciding_metric", metric);
    main.put("metrics", Map.of(metric, figures));
    RunRecord record = new RunRecord(Path.of("run"), "run", "", Map.of(), main, List.of());
    return DotPlot.of(Evidence.read(record)).orElseThrow();
  }

  @Test
  void theBarsOfAShareEndAtOne() {
    DotPlot plot =
        plot("accuracy", Map.of("value", 0.985, "standard_error", 0.01, "least", 0, "greatest", 1));
    // From 0.96 to 1: one error is from 0.975 to 0.995, two from 0.965 to 1, not to 1.005.
    assertThat(plot.ticks().get(0).label()).isEqualTo("0.96");
    assertThat(plot.ticks().get(plot.ticks().size() - 1).label()).isEqualTo("1.00");
    DotPlot.Row row = plot.rows().get(0);
    assertThat(row.at()).isEqualTo("62.50%");
    assertThat(row.one()).isEqualTo(new DotPlot.Interval("37.50%", "50.00%"));
    assertThat(row.two()).isEqualTo(new DotPlot.Interval("12.50%", "87.50%"));
  }

  @Test
  void theBarsOfAMetricWithoutARangeGoOn() {
    DotPlot plot = plot("margin", Map.of("value", 0, "standard_error", 1));
    assertThat(plot.rows().get(0).two()).isEqualTo(new DotPlot.Interval("0.00%", "100.00%"));
    assertThat(plot.ticks().get(0).label()).isEqualTo("−2");
  }
}
