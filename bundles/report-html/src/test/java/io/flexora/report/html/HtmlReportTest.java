package io.flexora.report.html;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.report.RunEvent;
import io.flexora.api.report.RunRecord;
import io.flexora.api.run.Event;
import io.flexora.api.run.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
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
    Map<String, Object> result = new LinkedHashMap<>(record.result());
    result.put("metrics", reversed((Map<?, ?>) result.get("metrics")));
    RunRecord reversed =
        new RunRecord(
            folder,
            record.name(),
            record.configuration(),
            reversed(record.provenance()),
            result,
            record.events());

    assertThat(written(reversed)).isEqualTo(written(record));
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
    Map<String, Object> result = SyntheticRun.result();
    result.put("selector", HOSTILE);
    result.put("versions", Map.of(HOSTILE, HOSTILE));
    SyntheticRun.baselines(result).put(HOSTILE, Map.of("error", HOSTILE));
    Map<String, Object> metrics = new LinkedHashMap<>();
    metrics.put(HOSTILE, Map.of("value", 0.5));
    SyntheticRun.baselines(result).put("odd", Map.of("metrics", metrics));
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
                folder, HOSTILE, HOSTILE, Map.of(HOSTILE, List.of(HOSTILE)), result, events));

    assertThat(page).doesNotContain("</script><script>alert", "<img src=x");
    assertThat(page).contains("&lt;/script&gt;&lt;script&gt;alert");
    assertThat(page).contains("\\u003c/script\\u003e\\u003cscript\\u003ealert");
    assertThat(Pattern.compile("<script").matcher(page).results()).hasSize(3);
  }

  @Test
  void showsEverySection() throws IOException {
    assertThat(written(SyntheticRun.whole(folder)))
        .contains("<title>quickstart – Flexora</title>", "2 March 2026, 09:15 UTC")
        .contains("Flexora chose 6 of 12 layers (1, 4, 7–9, 11)")
        .contains("<span>dataset</span> wordnet", "maven:dev.langchain4j")
        .contains("Cells compared", "How Flexora found its layers", "Cost", "Record")
        .contains("id=\"gates-0\"", "id=\"search-losses-0\"")
        .contains("id=\"training-losses\"", "id=\"validation-losses\"")
        .contains("Filled: chosen. Dashed line, threshold: 0.")
        .contains("all adapts layers 12: 0–11", "frozen adapts layers none")
        .contains("Running on the CPU with 2 threads.", "inner_steps: 2", "data / train / sha256")
        .contains("Time of each part", "Peak memory of each part")
        .contains("Losses and gates at some outer steps", "data-column=\"gate 11\"");
  }

  @Test
  void aFailedCellIsToldAndTheOthersAreShown() throws IOException {
    Map<String, Object> result = SyntheticRun.result();
    SyntheticRun.baselines(result).put("all", failed("out of memory at step 3"));

    assertThat(written(SyntheticRun.with(folder, result)))
        .contains("<strong>all failed.</strong> out of memory at step 3")
        .contains(">all (failed)</th><td class=\"number\" data-column=\"Layers\">–</td>")
        .doesNotContain("all adapts layers")
        .contains("for random")
        .contains("0.7876");
  }

  @Test
  void aFailedMainCellIsTheVerdict() throws IOException {
    Map<String, Object> result = new LinkedHashMap<>();
    result.putAll(failed("the training diverged"));
    result.put("baselines", SyntheticRun.result().get("baselines"));

    assertThat(written(SyntheticRun.with(folder, result)))
        .contains("The main cell failed: the training diverged")
        .contains("0.8096");
  }

  @Test
  void anEmptyRecordStillMakesAPage() throws IOException {
    assertThat(written(new RunRecord(folder, "nothing", "", Map.of(), Map.of(), List.of())))
        .contains("nothing – Flexora")
        .contains("has chosen no layers yet")
        .contains("</html>")
        .doesNotContain("class=\"canvas\"", "Resolved configuration", "NaN");
  }

  @Test
  void eachKeyOfTheResultMayBeMissingOrOdd() {
    RunRecord run = SyntheticRun.whole(folder);
    for (String key : run.result().keySet()) {
      for (Object odd : new Object[] {"odd", 7, List.of("odd"), Map.of("odd", Map.of())}) {
        Map<String, Object> result = SyntheticRun.result();
        result.put(key, odd);
        assertThat(rendered(run, result)).as(key + "=" + odd).endsWith("</html>\n");
      }
      Map<String, Object> result = SyntheticRun.result();
      result.remove(key);
      assertThat(rendered(run, result)).as("without " + key).endsWith("</html>\n");
    }
  }

  private static String rendered(RunRecord run, Map<String, Object> result) {
    List<RunEvent> events = run.events().subList(0, 70);
    return new Page()
        .render(new RunRecord(run.folder(), run.name(), "", run.provenance(), result, events));
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

  /** As the host writes a cell that failed before it chose. */
  private static Map<String, Object> failed(String why) {
    return Map.of(
        "selector",
        "all",
        "selected_layers",
        List.of(),
        "trainable_parameters",
        0,
        "metrics",
        Map.of(),
        "failure",
        why);
  }

  private String written(RunRecord record) throws IOException {
    return Files.readString(new HtmlReport().write(record)).replace(echarts(), LIBRARY);
  }

  private static String echarts() throws IOException {
    try (var in = HtmlReport.class.getResourceAsStream("echarts.js")) {
      return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    }
  }

  private static Map<String, Object> reversed(Map<?, ?> map) {
    Map<String, Object> reversed = new LinkedHashMap<>();
    List<Object> keys = new ArrayList<>(map.keySet());
    for (int i = keys.size() - 1; i >= 0; i--) {
      reversed.put(keys.get(i).toString(), map.get(keys.get(i)));
    }
    return reversed;
  }
}
