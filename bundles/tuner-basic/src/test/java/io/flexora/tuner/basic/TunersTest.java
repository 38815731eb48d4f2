package io.flexora.tuner.basic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flexora.api.run.Compatibility;
import io.flexora.api.run.Seeds;
import io.flexora.api.tune.Range;
import io.flexora.api.tune.Tuner;
import io.flexora.api.tune.TuningProgress;
import io.flexora.api.tune.TuningProgress.Trial;
import io.flexora.api.tune.TuningSetting;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TunersTest {

  private static final String RATE = "trainer.rate";
  private static final String RANK = "adapter.rank";
  private static final Range RATES = new Range.Interval(1e-4, 1e-2, true, false);
  private static final Range RANKS = new Range.Choices(List.of("4", "8", "16"));

  @Test
  void aRandomRateIsUniformInTheLogarithm() {
    List<Map<String, Double>> drawn =
        new RandomTuner()
            .next(progress(setting(2001, Map.of(RATE, RATES), Map.of()), 3, List.of()));
    double[] logs = drawn.stream().mapToDouble(values -> Math.log10(values.get(RATE))).toArray();
    double mean = java.util.Arrays.stream(logs).average().orElseThrow();
    double variance =
        java.util.Arrays.stream(logs)
            .map(log -> (log - mean) * (log - mean))
            .average()
            .orElseThrow();
    assertThat(logs).hasSize(2000);
    // Of 2000 draws from the uniform distribution on [-4, -2]: mean -3, variance 1/3.
    assertThat(mean).isCloseTo(-3, within(4 * Math.sqrt(1 / 3.0 / 2000)));
    assertThat(variance).isCloseTo(1 / 3.0, within(0.03));
  }

  @Test
  void aSmallSpaceIsDrawnWithoutRepetition() {
    Range ten = new Range.Interval(1, 10, false, true);
    TuningSetting setting = setting(10, Map.of(RANK, ten), Map.of(RANK, 4.0));
    assertThat(new RandomTuner().next(progress(setting, 3, List.of())))
        .extracting(values -> values.get(RANK))
        .containsExactlyInAnyOrder(1.0, 2.0, 3.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0);
    assertThat(Compatibility.of(new RandomTuner()::checkCompatibility, setting).first()).isEmpty();
    assertThat(
            Compatibility.of(
                    new RandomTuner()::checkCompatibility,
                    setting(11, Map.of(RANK, ten), Map.of(RANK, 4.0)))
                .first())
        .contains(
            "the options have 10 settings, but 11 trials are asked for; ask for 10 or fewer, or"
                + " widen the ranges");
    assertThat(
            Compatibility.of(
                    new RandomTuner()::checkCompatibility, setting(11, Map.of(RANK, ten), Map.of()))
                .first())
        .isEmpty();
  }

  @Test
  void theGridHasEachPointOnce() {
    GridTuner grid = new GridTuner(new GridOptions(3));
    TuningSetting setting = setting(9, options(), Map.of(RATE, 1e-4, RANK, 1.0));
    List<Map<String, Double>> points = grid.next(progress(setting, 1, List.of()));
    assertThat(new HashSet<>(points)).hasSize(8).doesNotContain(setting.defaults());
    assertThat(points.stream().map(p -> p.get(RATE)).collect(Collectors.toSet()))
        .contains(1e-4, 1e-2)
        .hasSize(3)
        .anySatisfy(middle -> assertThat(middle).isCloseTo(1e-3, within(1e-15)));
    assertThat(
            Compatibility.of(grid::checkCompatibility, setting(9, options(), setting.defaults()))
                .first())
        .isEmpty();
    assertThat(
            Compatibility.of(grid::checkCompatibility, setting(10, options(), setting.defaults()))
                .first())
        .contains(
            "the grid has 9 settings, that of the default values included, but 10 trials are asked"
                + " for; ask for 9 or fewer, or for more points");
    assertThat(
            Compatibility.of(
                    grid::checkCompatibility, setting(10, options(), Map.of(RATE, 2e-4, RANK, 0.0)))
                .first())
        .isEmpty();
  }

  @Test
  void aPointOfTheGridThatIsTheDefaultValueIsNotTriedAgain() {
    GridTuner grid = new GridTuner(new GridOptions(3));
    Map<String, Range> rates = Map.of(RATE, new Range.Interval(2e-4, 2e-2, true, false));
    Map<String, Double> middle = Map.of(RATE, 2e-3);
    assertThat(grid.next(progress(setting(3, rates, middle), 1, List.of())))
        .extracting(values -> values.get(RATE))
        .containsExactlyInAnyOrder(2e-4, 2e-2);
    assertThat(
            Compatibility.of(grid::checkCompatibility, setting(4, rates, middle))
                .first()
                .orElseThrow())
        .startsWith("the grid has 3 settings, that of the default values included, but 4 trials");
    assertThat(grid.next(progress(setting(3, rates, Map.of(RATE, 2e-4)), 1, List.of())))
        .as("without the last digits of a logarithm")
        .extracting(values -> values.get(RATE))
        .containsExactlyInAnyOrder(2e-3, 2e-2);
  }

  @Test
  void theRoundedPointsOfAGridStayInTheirRange() {
    double least = Math.nextUp(1.0);
    for (Range range :
        List.of(
            new Range.Interval(least, 1 + 1e-14, false, false),
            new Range.Interval(-Double.MAX_VALUE, Double.MAX_VALUE, false, false))) {
      TuningSetting setting = setting(2, Map.of(RATE, range), Map.of());
      assertThat(new GridTuner(new GridOptions(5)).next(progress(setting, 1, List.of())))
          .isNotEmpty()
          .allMatch(values -> range.contains(values.get(RATE)));
    }
  }

  @Test
  void aGridOfTooManyPointsIsRefusedBeforeItsValuesAreMade() {
    TuningSetting one = setting(9, Map.of(RATE, RATES), Map.of());
    TuningSetting two = setting(9, options(), Map.of());
    assertThat(
            Compatibility.of(
                    new GridTuner(new GridOptions(Integer.MAX_VALUE))::checkCompatibility, one)
                .first())
        .contains("the grid has more than 100000 points");
    assertThat(
            Compatibility.of(new GridTuner(new GridOptions(100_000))::checkCompatibility, one)
                .first())
        .isEmpty();
    assertThat(
            Compatibility.of(new GridTuner(new GridOptions(100_000))::checkCompatibility, two)
                .first())
        .contains("the grid has more than 100000 points");
  }

  @Test
  void aPartOfTheGridIsAnotherWithEachSeed() {
    GridTuner grid = new GridTuner(new GridOptions(5));
    TuningSetting setting = setting(6, options(), Map.of());
    Set<List<Map<String, Double>>> firsts =
        IntStream.range(0, 5)
            .mapToObj(seed -> grid.next(progress(setting, seed, List.of())).subList(0, 5))
            .collect(Collectors.toSet());
    assertThat(firsts).hasSize(5);
  }

  @Test
  void eachRoundOfAHalvingTrainsTheBestAgainForLonger() {
    HalvingTuner halving = new HalvingTuner(new HalvingOptions(3, 3));
    TuningSetting setting = setting(11, Map.of(RATE, RATES), Map.of(RATE, 1e-3));
    List<Double> shares = halving.shares(setting);
    assertThat(shares).hasSize(1 + 10 + 3 + 1);
    assertThat(shares.subList(1, 11))
        .allSatisfy(s -> assertThat(s).isCloseTo(1 / 9.0, within(1e-15)));
    assertThat(shares.subList(11, 14))
        .allSatisfy(s -> assertThat(s).isCloseTo(1 / 3.0, within(1e-15)));
    assertThat(shares).last().isEqualTo(1.0);

    List<Trial> trials = new ArrayList<>();
    run(halving, setting, trials, shares);
    List<Double> first = rates(trials.subList(1, 11));
    List<Double> best = first.stream().sorted().toList();
    assertThat(rates(trials.subList(11, 14))).isEqualTo(best.subList(0, 3));
    assertThat(rates(trials.subList(14, 15))).isEqualTo(best.subList(0, 1));
  }

  @Test
  void aHalvingNeedsEnoughTrialsForItsRounds() {
    HalvingTuner halving = new HalvingTuner(new HalvingOptions(3, 3));
    assertThat(
            Compatibility.of(
                    halving::checkCompatibility, setting(10, Map.of(RATE, RATES), Map.of()))
                .first())
        .isEmpty();
    assertThat(
            Compatibility.of(halving::checkCompatibility, setting(9, Map.of(RATE, RATES), Map.of()))
                .first())
        .contains(
            "3 rounds with one of 3 settings going on take 10 trials or more, that of the default"
                + " values included, but 9 are asked for");
    assertThat(
            Compatibility.of(
                    halving::checkCompatibility,
                    new TuningSetting(Map.of(RATE, RATES), Map.of(), OptionalInt.empty()))
                .first())
        .isPresent();
  }

  /** Lower rates are better. */
  private static void run(
      Tuner tuner, TuningSetting setting, List<Trial> trials, List<Double> shares) {
    while (trials.size() < shares.size()) {
      List<Map<String, Double>> proposed = tuner.next(progress(setting, 5, trials));
      if (trials.isEmpty()) {
        trials.add(trial(0, setting.defaults(), 1));
      }
      proposed.forEach(v -> trials.add(trial(trials.size(), v, shares.get(trials.size()))));
    }
  }

  private static Trial trial(int number, Map<String, Double> values, double share) {
    return new Trial(number, values, share, OptionalDouble.of(-values.get(RATE)));
  }

  private static List<Double> rates(List<Trial> trials) {
    return trials.stream().map(trial -> trial.values().get(RATE)).toList();
  }

  private static Map<String, Range> options() {
    Map<String, Range> options = new LinkedHashMap<>();
    options.put(RATE, RATES);
    options.put(RANK, RANKS);
    return options;
  }

  private static TuningSetting setting(
      int trials, Map<String, Range> options, Map<String, Double> defaults) {
    return new TuningSetting(options, defaults, OptionalInt.of(trials));
  }

  private static TuningProgress progress(TuningSetting setting, long seed, List<Trial> trials) {
    return new TuningProgress(setting, new Seeds(seed), false, trials);
  }
}
