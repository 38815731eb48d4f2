package io.flexora.tuner.tpe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.Seeds;
import io.flexora.api.tune.Range;
import io.flexora.api.tune.TuningProgress;
import io.flexora.api.tune.TuningProgress.Trial;
import io.flexora.api.tune.TuningSetting;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

class TpeTunerTest {

  private static final String X = "trainer.x";

  private static final Map<String, Range> RANGES =
      Map.of(
          "linear", new Range.Interval(-2, 3, false, false),
          "log", new Range.Interval(1e-5, 1e-1, true, false),
          "whole", new Range.Interval(1, 16, false, true),
          "whole_log", new Range.Interval(1, 64, true, true),
          "choices", new Range.Choices(List.of("a", "b", "c", "d")));

  private static JsonNode optuna() throws IOException {
    try (InputStream in = TpeTunerTest.class.getResourceAsStream("optuna.json")) {
      return new ObjectMapper().readTree(in);
    }
  }

  private static double[] numbers(JsonNode node) {
    return StreamSupport.stream(node.spliterator(), false)
        .mapToDouble(JsonNode::doubleValue)
        .toArray();
  }

  @Test
  void theDensitiesAreThoseOfOptuna() throws IOException {
    JsonNode optuna = optuna();
    assertThat(optuna.get("cases")).hasSize(30);
    for (JsonNode known : optuna.get("cases")) {
      double[] seen = numbers(known.get("seen"));
      String range = known.get("range").textValue();
      Density density = TpeTuner.density(RANGES.get(range), seen);
      double[] points = numbers(known.get("points"));
      double[] logs = numbers(known.get("log"));
      for (int i = 0; i < points.length; i++) {
        assertThat(density.log(points[i]))
            .as("%s after %d trials at %s", range, seen.length, points[i])
            .isCloseTo(logs[i], within(1e-9 * Math.max(1, Math.abs(logs[i]))));
      }
    }
    for (JsonNode pair : optuna.get("good")) {
      assertThat(TpeTuner.count(pair.get(0).intValue())).isEqualTo(pair.get(1).intValue());
    }
  }

  @Test
  void whatIsDrawnHasTheDensity() {
    SplittableRandom random = new SplittableRandom(3);
    Density linear = new IntervalDensity(new double[] {-1.5, 0.2, 2.7, 2.9}, linear());
    int draws = 40_000;
    int bins = 10;
    int[] counts = new int[bins];
    for (int i = 0; i < draws; i++) {
      counts[(int) Math.min(bins - 1, (linear.draw(random) + 2) / 5 * bins)]++;
    }
    for (int bin = 0; bin < bins; bin++) {
      double low = -2 + 0.5 * bin;
      double probability =
          DoubleStream.iterate(low + 0.0005, x -> x < low + 0.5, x -> x + 0.001)
              .map(x -> 0.001 * Math.exp(linear.log(x)))
              .sum();
      double deviation = Math.sqrt(probability * (1 - probability) / draws);
      assertThat(counts[bin] / (double) draws).isCloseTo(probability, within(5 * deviation));
    }
  }

  @Test
  void theProbabilitiesOfWholeNumbersAndChoicesAddUpToOne() {
    Density whole =
        TpeTuner.density(new Range.Interval(1, 16, true, true), new double[] {1, 1, 3, 16});
    Density choices = TpeTuner.density(RANGES.get("choices"), new double[] {0, 2, 2});
    assertThat(
            DoubleStream.iterate(1, x -> x <= 16, x -> x + 1).map(whole::log).map(Math::exp).sum())
        .isCloseTo(1, within(1e-12));
    assertThat(DoubleStream.of(0, 1, 2, 3).map(choices::log).map(Math::exp).sum())
        .isCloseTo(1, within(1e-12));
  }

  @Test
  void itFindsABetterPointThanChanceDoes() {
    double[] model = new double[20];
    double[] chance = new double[20];
    for (int seed = 0; seed < model.length; seed++) {
      model[seed] = best(seed, 10);
      chance[seed] = best(seed, 1000);
    }
    Arrays.sort(model);
    Arrays.sort(chance);
    assertThat(model[10]).isLessThan(chance[10] / 2);
  }

  @Test
  void itTurnsAwayFromWhereTrialsFail() {
    TuningSetting setting =
        new TuningSetting(
            Map.of(X, new Range.Interval(0, 2, false, false)), Map.of(X, 0.6), OptionalInt.of(50));
    for (long seed = 0; seed < 5; seed++) {
      List<Trial> modelled = trials(new TpeOptions(10, 24), setting, seed, 1.6).subList(10, 50);
      // By chance it would be a fifth of the 40; where failures are left out, it is most of them.
      assertThat(modelled.stream().filter(trial -> trial.result().isEmpty()))
          .as("failures with seed %d", seed)
          .hasSizeLessThan(6);
    }
  }

  @Test
  void aFiniteSpaceIsTriedWithoutRepetition() {
    Map<String, Range> options =
        Map.of(X, new Range.Interval(1, 4, false, true), "adapter.y", RANGES.get("choices"));
    Map<String, Double> defaults = Map.of(X, 2.0, "adapter.y", 1.0);
    TuningSetting setting = new TuningSetting(options, defaults, OptionalInt.of(16));
    TpeOptions some = new TpeOptions(4, 24);
    List<Trial> trials = trials(some, setting, 3, Double.POSITIVE_INFINITY);
    assertThat(trials).extracting(Trial::values).hasSize(16).doesNotHaveDuplicates();

    TpeTuner tuner = new TpeTuner(some);
    assertThat(Compatibility.of(tuner::checkCompatibility, setting).first()).isEmpty();
    assertThat(
            Compatibility.of(
                    tuner::checkCompatibility,
                    new TuningSetting(options, defaults, OptionalInt.of(17)))
                .first())
        .contains(
            "the options have 16 settings, but 17 trials are asked for; ask for 16 or fewer, or"
                + " widen the ranges");
    assertThat(
            Compatibility.of(
                    tuner::checkCompatibility,
                    new TuningSetting(options, Map.of(X, 2.0), OptionalInt.of(17)))
                .first())
        .as("default values outside of the ranges are one setting more")
        .isEmpty();

    TuningSetting timed = new TuningSetting(options, defaults, OptionalInt.empty());
    assertThat(Compatibility.of(tuner::checkCompatibility, timed).first()).isEmpty();
    assertThat(
            tuner.next(new TuningProgress(timed, new Seeds(3), /* lowerIsBetter= */ true, trials)))
        .as("nothing is left to be tried")
        .isEmpty();
  }

  /** The least of (x - 1)^2 that 40 trials find. */
  private static double best(long seed, int startup) {
    TuningSetting setting =
        new TuningSetting(Map.of(X, linear()), Map.of(X, -1.0), OptionalInt.of(40));
    TpeOptions options = new TpeOptions(Math.min(startup, 40), 24);
    return trials(options, setting, seed, Double.POSITIVE_INFINITY).stream()
        .mapToDouble(t -> t.result().orElseThrow())
        .min()
        .orElseThrow();
  }

  /** All trials of a tuning; above a value they fail. */
  private static List<Trial> trials(
      TpeOptions options, TuningSetting setting, long seed, double most) {
    TpeTuner tuner = new TpeTuner(options);
    List<Trial> trials = new ArrayList<>();
    while (trials.size() < setting.trials().orElseThrow()) {
      TuningProgress progress =
          new TuningProgress(setting, new Seeds(seed), /* lowerIsBetter= */ true, trials);
      List<Map<String, Double>> proposed = tuner.next(progress);
      assertThat(proposed).isNotEmpty();
      if (trials.isEmpty()) {
        trials.add(trial(0, setting.defaults(), most));
      }
      proposed.forEach(values -> trials.add(trial(trials.size(), values, most)));
    }
    return trials;
  }

  /** Its result is (x - 1)^2. */
  private static Trial trial(int number, Map<String, Double> values, double most) {
    double x = values.get(X);
    return new Trial(
        number,
        values,
        1,
        x > most ? OptionalDouble.empty() : OptionalDouble.of(Math.pow(x - 1, 2)));
  }

  private static Range.Interval linear() {
    return (Range.Interval) RANGES.get("linear");
  }
}
