package io.flexora.experiment.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.config.yaml.ConfigNode;
import io.flexora.config.yaml.ConfigurationReader;
import io.flexora.experiment.estimate.Expectation.Departure;
import io.flexora.results.benchmark.BenchmarkedGain;
import io.flexora.results.benchmark.BenchmarkedGain.ReferenceLayers;
import io.flexora.results.benchmark.BenchmarkedResult;
import io.flexora.results.benchmark.BenchmarkedSetting;
import io.flexora.results.benchmark.BenchmarkedSetting.ModelKind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class NearestBenchmarkTest {

  private static final ConfigNode STRATEGY =
      new ConfigurationReader()
          .parse(
              "{use: mine@1.0.0, solver: {use: exact@0.1.0, steps: 2}, gates: of_layers, size: 16,"
                  + " other: null}",
              "resolved.yaml");

  private static final BenchmarkedGain ON_ALL_TASKS = gain(ReferenceLayers.RANDOM, 2, 45, 0.5);
  private static final BenchmarkedResult QUARTER = measurement(3, 1280, 1);
  private static final BenchmarkedResult HALF = measurement(6, 1280, 1);
  private static final BenchmarkedResult FEW = measurement(3, 256, 10);
  private static final List<BenchmarkedResult> ALL = List.of(QUARTER, HALF, FEW);

  private static BenchmarkedResult measurement(int budget, long rows, double passes) {
    return new BenchmarkedResult(
        Map.of(),
        new BenchmarkedSetting(ModelKind.ENCODER, 12, budget, rows, passes, 5, "a paper"),
        List.of(ON_ALL_TASKS));
  }

  private static BenchmarkedGain gain(ReferenceLayers to, int fewest, int most, double points) {
    return new BenchmarkedGain(to, 1, fewest, most, points, Optional.empty());
  }

  private static BenchmarkedResult with(Map<String, String> options) {
    return new BenchmarkedResult(options, QUARTER.setting(), QUARTER.gains());
  }

  private static ExperimentScale scale(int budget, long rows, double passes, int classes) {
    return new ExperimentScale(
        ModelKind.ENCODER, 12, OptionalInt.of(budget), rows, passes, classes);
  }

  private static Expectation expected(ExperimentScale here, List<BenchmarkedResult> measured) {
    return new NearestBenchmark(here).of(measured, STRATEGY).orElseThrow();
  }

  private static BenchmarkedResult nearest(ExperimentScale here) {
    return expected(here, ALL).nearest().orElseThrow();
  }

  private static List<String> departures(ExperimentScale here) {
    return expected(here, ALL).departures().stream().map(Departure::line).toList();
  }

  @Test
  void theSettingWithTheMostSimilarRowsPassesAndLayersIsTaken() {
    assertThat(nearest(scale(3, 1000, 1, 10))).isEqualTo(QUARTER);
    assertThat(nearest(scale(5, 1000, 2, 10))).isEqualTo(HALF);
    assertThat(nearest(scale(3, 500, 6, 10))).isEqualTo(FEW);
    // 4 of 12 are nearer to a quarter than to a half, 5 are not, as ratios count.
    assertThat(nearest(scale(4, 1280, 1, 10))).isEqualTo(QUARTER);
  }

  @Test
  void ofSettingsThatDifferInAnUnknownNumberOfLayersTheFirstIsTaken() {
    ExperimentScale here =
        new ExperimentScale(ModelKind.ENCODER, 12, OptionalInt.empty(), 1280, 1, 10);
    assertThat(nearest(here)).isEqualTo(QUARTER);
    assertThat(departures(here)).isEmpty();
    assertThat(here.words()).isEqualTo("1,280 rows once");
    assertThat(scale(3, 1280, 1, 10).words()).isEqualTo("1,280 rows once and 3 of 12 layers");
  }

  @Test
  void whatDiffersByMoreThanAFactorOfTwoIsTold() {
    assertThat(departures(scale(3, 2560, 1, 90))).isEmpty();
    assertThat(departures(scale(3, 640, 1, 2))).isEmpty();
    assertThat(departures(scale(3, 2600, 1, 10))).containsExactly("2.0 times the rows");
    assertThat(departures(scale(3, 20000, 3, 150)))
        .containsExactly(
            "16 times the rows", "3.0 times the epochs", "3.3 times the number of classes");
    assertThat(departures(scale(1, 12, 10, 10)))
        .containsExactly("0.047 times the rows", "0.3 times the share of layers");
    assertThat(departures(scale(3, 1, 10, 10))).containsExactly("0.0039 times the rows");
    ExperimentScale large =
        new ExperimentScale(ModelKind.ENCODER, 30, OptionalInt.of(8), 1280, 1, 10);
    assertThat(departures(large)).containsExactly("2.5 times the layers of the model");
  }

  @Test
  void gainsAreThoseOfTheTasksWithTheMostSimilarNumberOfClasses() {
    BenchmarkedGain few = gain(ReferenceLayers.TUNED_ALL, 2, 26, -0.4);
    BenchmarkedGain many = gain(ReferenceLayers.TUNED_ALL, 45, 45, -2.8);
    BenchmarkedGain any = gain(ReferenceLayers.TUNED_ALL, 2, 45, -1);
    BenchmarkedResult measured = QUARTER.with(List.of(ON_ALL_TASKS, few, many, any));
    Map<Integer, BenchmarkedGain> gains =
        Map.of(1, few, 2, few, 26, few, 30, any, 45, many, 60, many, 1000, many);
    gains.forEach(
        (classes, gain) -> {
          Expectation expected = expected(scale(3, 1280, 1, classes), List.of(measured));
          assertThat(expected.nearest().orElseThrow().gains())
              .as("%d classes", classes)
              .containsExactly(ON_ALL_TASKS, gain);
        });
  }

  @Test
  void aSettingWithMoreSimilarClassesIsNearer() {
    BenchmarkedResult oneTask =
        new BenchmarkedResult(
            Map.of(),
            new BenchmarkedSetting(ModelKind.ENCODER, 12, 3, 2000, 1, 20, "another"),
            List.of(gain(ReferenceLayers.RANDOM, 26, 26, 0.2)));
    List<BenchmarkedResult> both = List.of(oneTask, QUARTER);
    assertThat(expected(scale(3, 2000, 1, 26), both).nearest()).contains(oneTask);
    assertThat(expected(scale(3, 2000, 1, 2), both).nearest()).contains(QUARTER);
  }

  @Test
  void itHoldsForTheOptionsThatItNames() {
    BenchmarkedResult exact = with(Map.of("solver", "exact", "gates", "of-layers"));
    BenchmarkedResult closer = with(Map.of("solver", "exact", "gates", "of-layers", "size", "16"));
    ExperimentScale here = scale(3, 1280, 1, 10);
    assertThat(expected(here, List.of(exact)).nearest()).contains(exact);
    assertThat(expected(here, List.of(exact, closer)).nearest()).contains(closer);
    Map.of("solver", "rough", "gates", "of-modules", "other", "x", "nothing", "exact")
        .forEach(
            (option, value) -> {
              Expectation expected = expected(here, List.of(with(Map.of(option, value))));
              assertThat(expected.nearest()).isEmpty();
              assertThat(expected.missing())
                  .contains("not measured with these options, but with " + option + ": " + value);
              assertThat(expected.departures()).isEmpty();
            });
  }

  @Test
  void anyOfTheValuesThatMeanTheSameWillDo() {
    ExperimentScale here = scale(3, 1280, 1, 10);
    Map.of("size", "8|16", "solver", "exact|default", "other", "last|default")
        .forEach(
            (option, values) -> {
              BenchmarkedResult measured = with(Map.of(option, values));
              assertThat(expected(here, List.of(measured)).nearest()).contains(measured);
            });
    Map.of("size", "8|default", "other", "last|first")
        .forEach(
            (option, values) ->
                assertThat(expected(here, List.of(with(Map.of(option, values)))).missing())
                    .contains(
                        "not measured with these options, but with %s: %s"
                            .formatted(option, values.replace("|", " or "))));
  }

  @Test
  void ofOtherOptionsTheFewestThatWereMeasuredOnTheModelAreNamed() {
    BenchmarkedResult onDecoder =
        new BenchmarkedResult(
            Map.of("size", "17"),
            new BenchmarkedSetting(ModelKind.DECODER, 12, 3, 1280, 1, 5, "a paper"),
            QUARTER.gains());
    BenchmarkedResult two = with(Map.of("solver", "rough", "gates", "of-modules"));
    BenchmarkedResult one = with(Map.of("solver", "exact", "gates", "of-modules"));
    assertThat(expected(scale(3, 1280, 1, 10), List.of(onDecoder, two, one)).missing())
        .contains("not measured with these options, but with gates: of-modules");
  }

  @Test
  void ofEqualSettingsTheOneOfMoreSeedsIsTaken() {
    BenchmarkedResult more =
        new BenchmarkedResult(
            Map.of(),
            new BenchmarkedSetting(ModelKind.ENCODER, 12, 3, 1280, 1, 20, "another"),
            QUARTER.gains());
    ExperimentScale here = scale(3, 1280, 1, 10);
    assertThat(expected(here, List.of(QUARTER, more)).nearest()).contains(more);
    assertThat(expected(here, List.of(more, QUARTER)).nearest()).contains(more);
  }

  @Test
  void anotherKindOfModelIsNotComparable() {
    ExperimentScale here =
        new ExperimentScale(ModelKind.DECODER, 12, OptionalInt.of(3), 1280, 1, 0);
    Expectation expected = expected(here, ALL);
    assertThat(expected.nearest()).isEmpty();
    assertThat(expected.missing()).contains("not measured on a decoder");
  }

  @Test
  void nothingIsExpectedOfASelectorThatWasNotMeasured() {
    assertThat(new NearestBenchmark(scale(3, 1280, 1, 10)).of(List.of(), STRATEGY)).isEmpty();
  }
}
