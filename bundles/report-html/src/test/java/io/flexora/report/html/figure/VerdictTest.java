package io.flexora.report.html.figure;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.report.RunRecord;
import io.flexora.report.html.evidence.Evidence;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class VerdictTest {

  private static final List<Integer> ALL = List.of(0, 1, 2, 3);

  @Test
  void saysThatADifferenceIsWithinTheStandardError() {
    assertThat(sentence(0.81, 0.80, 0.01))
        .isEqualTo(
            "Flexora chose 2 of 4 layers (0, 3): accuracy 0.810 ± 0.010, against 0.800 ± 0.010 for"
                + " all layers, with 50 % of their trainable parameters. The difference is within"
                + " the standard error.");
  }

  @Test
  void countsStandardErrorsOfTheDifference() {
    // 0.06 / hypot(0.02, 0.02) = 2.12
    assertThat(sentence(0.86, 0.80, 0.02))
        .endsWith(
            "The difference is 2.1 standard errors, more than the test sample's chance explains.");
    // 0.04 / hypot(0.02, 0.02) = 1.41
    assertThat(sentence(0.76, 0.80, 0.02))
        .endsWith("The difference is 1.4 standard errors, too little to rule out chance.");
  }

  @Test
  void doesNotJudgeWithoutAStandardError() {
    Map<String, Object> main = cell(List.of(0, 3), bare(0.9));
    main.put("baselines", Map.of("all", cell(ALL, bare(0.7))));

    assertThat(verdict(main).sentence()).endsWith("as no standard error was recorded.");
    assertThat(answer(main)).isEqualTo("Cannot be told: no standard error was recorded.");
  }

  private static Map<String, Object> bare(double accuracy) {
    return Map.of("accuracy", Map.of("value", accuracy));
  }

  @Test
  void aLowerLossIsAGain() {
    Map<String, Object> main = cell(List.of(0, 3), lower("loss", 0.5));
    main.put("baselines", Map.of("all", cell(ALL, lower("loss", 0.6))));

    assertThat(answer(main)).isEqualTo("Better than all layers.");
  }

  @Test
  void comparesByTheMetricAndTheDirectionThatTheRunRecorded() {
    Map<String, Object> main = cell(List.of(0, 3), both(0.9, 1.5));
    main.put("deciding_metric", "bits");
    Map<String, Object> all = cell(ALL, both(0.8, 1.2));
    all.put("deciding_metric", "bits");
    main.put("baselines", Map.of("all", all));

    assertThat(verdict(main).sentence()).contains("bits 1.500");
    assertThat(answer(main)).isEqualTo("No: all layers are better.");
  }

  private static Map<String, Object> both(double accuracy, double bits) {
    Map<String, Object> metrics = new LinkedHashMap<>(measured("accuracy", accuracy, 0.01));
    metrics.putAll(lower("bits", bits));
    return metrics;
  }

  @Test
  void answersTheQuestionOfEachBaseline() {
    assertThat(answerAgainst(ALL, 0.9)).isEqualTo("No: all layers are better.");
    assertThat(answerAgainst(ALL, 0.81)).startsWith("As good as all layers");
    assertThat(answerAgainst(List.of(), 0.6)).isEqualTo("Yes.");
    assertThat(answerAgainst(List.of(1, 2), 0.6)).startsWith("Yes: better than as many");
    assertThat(answerAgainst(List.of(1, 2), 0.8)).startsWith("Not shown");
    assertThat(answerAgainst(List.of(1, 2, 3), 0.9)).isEqualTo("Yes: the other choice is better.");
  }

  private static String answerAgainst(List<Integer> layers, double accuracy) {
    Map<String, Object> main = cell(List.of(0, 3), measured("accuracy", 0.8, 0.01));
    main.put("baselines", Map.of("other", cell(layers, measured("accuracy", accuracy, 0.01))));
    return answer(main);
  }

  private static String answer(Map<String, Object> result) {
    List<Table.Entry> entries = verdict(result).answers().orElseThrow().rows().get(0).entries();
    return entries.get(entries.size() - 1).text();
  }

  private static String sentence(double ours, double theirs, double error) {
    Map<String, Object> main = cell(List.of(0, 3), measured("accuracy", ours, error));
    main.put("baselines", Map.of("all", cell(ALL, measured("accuracy", theirs, error))));
    return verdict(main).sentence().replace('\u00a0', ' ');
  }

  private static Map<String, Object> measured(String metric, double value, double error) {
    return Map.of(metric, Map.of("value", value, "standard_error", error));
  }

  private static Map<String, Object> lower(String metric, double value) {
    return Map.of(metric, Map.of("value", value, "standard_error", 0.01, "lower_is_better", true));
  }

  private static Map<String, Object> cell(List<Integer> layers, Map<String, Object> metrics) {
    Map<String, Object> cell = new LinkedHashMap<>();
    cell.put("selector", "flexora");
    cell.put("layers", ALL.size());
    cell.put("selected_layers", layers);
    cell.put("trainable_parameters", 1000 * layers.size());
    cell.put("metrics", metrics);
    return cell;
  }

  private static Verdict verdict(Map<String, Object> result) {
    return Verdict.of(
        Evidence.read(new RunRecord(Path.of("run"), "run", "", Map.of(), result, List.of())));
  }
}
