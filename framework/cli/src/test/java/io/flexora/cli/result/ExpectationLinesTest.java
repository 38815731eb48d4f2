package io.flexora.cli.result;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.cli.output.Palette;
import io.flexora.experiment.estimate.Expectation;
import io.flexora.experiment.estimate.Expectation.Departure;
import io.flexora.experiment.estimate.ExperimentScale;
import io.flexora.results.benchmark.BenchmarkedGain;
import io.flexora.results.benchmark.BenchmarkedGain.ReferenceLayers;
import io.flexora.results.benchmark.BenchmarkedResult;
import io.flexora.results.benchmark.BenchmarkedSetting;
import io.flexora.results.benchmark.BenchmarkedSetting.ModelKind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ExpectationLinesTest {

  private static final int COLUMNS = 80;
  private static final Palette PLAIN = new Palette(false);
  private static final ExperimentScale HERE =
      new ExperimentScale(ModelKind.ENCODER, 12, OptionalInt.of(3), 20000, 3, 45);
  private static final BenchmarkedSetting SETTING =
      new BenchmarkedSetting(ModelKind.ENCODER, 12, 3, 1280, 1, 5, "manual page study");
  private static final List<Departure> FAR =
      List.of(new Departure("rows", 15.625), new Departure("epochs", 3));

  private static final BenchmarkedGain SOME =
      new BenchmarkedGain(
          ReferenceLayers.RANDOM,
          4,
          2,
          45,
          0.52,
          Optional.of(new BenchmarkedGain.Interval(-0.1, 1.14)));
  private static final BenchmarkedGain LESS =
      new BenchmarkedGain(
          ReferenceLayers.TUNED_ALL,
          1,
          45,
          45,
          -2.8,
          Optional.of(new BenchmarkedGain.Interval(-3.6, -2)));
  private static final BenchmarkedGain LEAST =
      new BenchmarkedGain(ReferenceLayers.TUNED_ALL, 1, 45, 45, -2.64, Optional.empty());

  private static final Expectation FIRST = expectation(FAR, SOME, LESS);
  private static final Expectation SECOND = expectation(FAR, LEAST);
  private static final Expectation NEAR = expectation(List.of(), LEAST);
  private static final Expectation NONE =
      new Expectation(
          HERE, Optional.empty(), List.of(), Optional.of("not measured with these options"));

  private static Expectation expectation(List<Departure> departures, BenchmarkedGain... gains) {
    BenchmarkedResult nearest = new BenchmarkedResult(Map.of(), SETTING, List.of(gains));
    return new Expectation(HERE, Optional.of(nearest), departures, Optional.empty());
  }

  private static Map<String, Expectation> strategies() {
    Map<String, Expectation> strategies = new LinkedHashMap<>();
    strategies.put("main", FIRST);
    strategies.put("second", SECOND);
    strategies.put("third", NONE);
    strategies.put("fourth", NEAR);
    return strategies;
  }

  @Test
  void eachStrategyHasAParagraphAndASettingIsSaidOnce() {
    assertThat(ExpectationLines.each(strategies(), PLAIN, COLUMNS))
        .containsExactly(
            "  main: On an encoder of 12 layers, 1,280 rows once, in points of accuracy: 0.5",
            "    above 3 random layers on average over 4 tasks (-0.1 to +1.1), 2.8 below all",
            "    layers at a learning rate tuned for them with 45 classes; manual page study.",
            "    Here: 16 times the rows, 3.0 times the epochs.",
            "  second: there 2.6 below all layers at a learning rate tuned for them with 45",
            "    classes.",
            "  third: not measured with these options.",
            "  fourth: On an encoder of 12 layers, 1,280 rows once, in points of accuracy:",
            "    2.6 below all layers at a learning rate tuned for them with 45 classes;",
            "    manual page study.");
  }

  @Test
  void whereAnExperimentIsFurtherFromTheSameSettingItIsSaidAgain() {
    Map<String, Expectation> strategies = new LinkedHashMap<>();
    strategies.put("a", NEAR);
    strategies.put("b", SECOND);
    assertThat(ExpectationLines.each(strategies, PLAIN, 1000))
        .containsExactly(
            "  a: On an encoder of 12 layers, 1,280 rows once, in points of accuracy: 2.6 below all"
                + " layers at a learning rate tuned for them with 45 classes; manual page study.",
            "  b: On an encoder of 12 layers, 1,280 rows once, in points of accuracy: 2.6 below all"
                + " layers at a learning rate tuned for them with 45 classes; manual page study."
                + " Here: 16 times the rows, 3.0 times the epochs.");
  }

  @Test
  void ofAComparisonAllThatWereMeasuredTogetherAreSaidTogether() {
    Map<String, List<Expectation>> strategies = new LinkedHashMap<>();
    strategies.put("first", List.of(FIRST, expectation(List.of(), SOME, LESS)));
    strategies.put("second", List.of(SECOND, SECOND));
    strategies.put("third", List.of(NONE));
    strategies.put("fourth", List.of(FIRST));
    assertThat(ExpectationLines.together(strategies))
        .containsExactly(
            "Measured on an encoder of 12 layers, 1,280 rows once (manual page study) in points of"
                + " accuracy, above 3 random layers on average over 4 tasks: first +0.5 (-0.1 to"
                + " +1.1), fourth +0.5 (-0.1 to +1.1); second 2.6 below all layers at a learning"
                + " rate tuned for them with 45 classes. Here: 16 times the rows, 3.0 times the"
                + " epochs.",
            "third: not measured with these options.");
    assertThat(ExpectationLines.together(Map.of())).isEmpty();
  }

  @Test
  void thatSearchesMayHaveBeenOthersIsSaidWhereOneWasMeasured() {
    assertThat(ExpectationLines.caution(strategies(), List.of("second", "third")::contains))
        .contains("Measured searches may have had other steps and batches.");
    assertThat(ExpectationLines.caution(strategies(), "third"::equals)).isEmpty();
    assertThat(ExpectationLines.caution(strategies(), name -> false)).isEmpty();
  }

  @Test
  void programsGetTheNumbers() {
    Map<String, Object> members = ExpectationLines.members(FIRST);
    assertThat(members)
        .containsEntry("model", "encoder")
        .containsEntry("budget", 3)
        .containsEntry("rows", 1280L)
        .containsEntry("source", "manual page study")
        .containsEntry(
            "outside",
            List.of(
                Map.of("what", "rows", "factor", 15.625), Map.of("what", "epochs", "factor", 3.0)))
        .doesNotContainKey("missing");
    assertThat((List<?>) members.get("gains"))
        .first()
        .isEqualTo(
            Map.of(
                "to",
                "random",
                "tasks",
                4,
                "fewest_classes",
                2,
                "most_classes",
                45,
                "points",
                0.52,
                "low",
                -0.1,
                "high",
                1.14));
    assertThat(ExpectationLines.members(NONE))
        .isEqualTo(Map.of("missing", "not measured with these options", "outside", List.of()));
  }
}
