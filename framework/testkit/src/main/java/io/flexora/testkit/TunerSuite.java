package io.flexora.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.run.Compatibility;
import io.flexora.api.run.Seeds;
import io.flexora.api.tune.Range;
import io.flexora.api.tune.Tuner;
import io.flexora.api.tune.TuningProgress;
import io.flexora.api.tune.TuningProgress.Trial;
import io.flexora.api.tune.TuningSetting;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/**
 * Checks a tuner on a rate from 1e-4 to 1 by ratios, a rank from 1 to 16 and one of three names.
 * The best setting has a rate near 1e-2, a rank near 8 and the second name.
 *
 * @since 0.1
 */
public abstract class TunerSuite extends ExtensionSuite<Tuner> {

  private static final int TIMED = 12;
  private static final String RATE = "trainer.rate";
  private static final String RANK = "adapter.rank";
  private static final String NAME = "strategies.mine.name";

  /** For subclasses. */
  protected TunerSuite() {
    super(Tuner.class);
  }

  /** How many settings are tried, that of the default values included. */
  protected int trials() {
    return 24;
  }

  /** What is tuned, for so many trials. */
  private static TuningSetting setting(OptionalInt trials, Map<String, Double> defaults) {
    Map<String, Range> options = new LinkedHashMap<>();
    options.put(RATE, new Range.Interval(1e-4, 1, /* log= */ true, /* whole= */ false));
    options.put(RANK, new Range.Interval(1, 16, /* log= */ false, /* whole= */ true));
    options.put(NAME, new Range.Choices(List.of("a", "b", "c")));
    return new TuningSetting(options, defaults, trials);
  }

  private TuningSetting setting() {
    return setting(OptionalInt.of(trials()), Map.of(RATE, 0.1, RANK, 4.0, NAME, 0.0));
  }

  /** What a trial would find: more is better. */
  private static OptionalDouble result(Map<String, Double> values, double share) {
    double rate = Math.log10(values.getOrDefault(RATE, 10.0)) + 2;
    double rank = (values.getOrDefault(RANK, 32.0) - 8) / 8;
    double name = values.getOrDefault(NAME, 0.0) - 1;
    return OptionalDouble.of(share * (3 - rate * rate - rank * rank - name * name));
  }

  /** The same where less is better. */
  private static OptionalDouble cost(Map<String, Double> values, double share) {
    return OptionalDouble.of(-result(values, share).getAsDouble());
  }

  private static OptionalDouble failure(Map<String, Double> values, double share) {
    return OptionalDouble.empty();
  }

  /** The results of a trial. */
  private interface Results {
    OptionalDouble of(Map<String, Double> values, double share);
  }

  @Test
  void fitsTheSetting() {
    assertThat(Compatibility.of(extension()::checkCompatibility, setting()).first())
        .as("what is in the way of %s with %d trials of three options", name(), trials())
        .isEmpty();
  }

  @Test
  void statesTheLengthOfEachTrial() {
    assertThat(extension().shares(setting()))
        .as(
            "shares of a whole training that %s gives its trials; the first is of the defaults",
            name())
        .hasSizeGreaterThanOrEqualTo(trials())
        .allSatisfy(share -> assertThat(share).isGreaterThan(0).isLessThanOrEqualTo(1))
        .first()
        .isEqualTo(1.0);
  }

  @Test
  void givesEachOptionAValueOfItsRange() {
    requireValues(all(setting(), TunerSuite::result));
  }

  private void requireValues(List<Trial> trials) {
    for (Trial trial : trials.subList(1, trials.size())) {
      setting()
          .options()
          .forEach(
              (path, range) ->
                  assertThat(trial.values().get(path))
                      .as("value of %s in trial %d of %s: %s", path, trial.number(), name(), range)
                      .isNotNull()
                      .matches(range::contains));
    }
  }

  @Test
  void proposesAsManyTrialsAsItStates() {
    assertThat(all(setting(), TunerSuite::result))
        .as("trials of %s", name())
        .hasSize(extension().shares(setting()).size());
  }

  @Test
  void proposesTheSameAgain() {
    assertThat(all(setting(), TunerSuite::result))
        .as(
            "trials of %s, asked again with the same seed; draw from the progress's seeds alone",
            name())
        .isEqualTo(all(setting(), TunerSuite::result));
  }

  @Test
  void proposesTheSameWhereLowerResultsAreBetter() {
    List<Map<String, Double>> expected =
        all(setting(), TunerSuite::result).stream().map(Trial::values).toList();
    assertThat(all(setting(), TunerSuite::cost, /* lowerIsBetter= */ true))
        .extracting(Trial::values)
        .as(
            "trials of %s where lower results are better, and each is the negative of what it was;"
                + " compare results by the progress's isBetter or signed",
            name())
        .isEqualTo(expected);
  }

  @Test
  void proposesTheSameInAnyOrderOfTheOptions() {
    TuningSetting setting = setting();
    List<String> paths = new ArrayList<>(setting.options().keySet());
    Collections.reverse(paths);
    Map<String, Range> reversed = new LinkedHashMap<>();
    paths.forEach(path -> reversed.put(path, setting.options().get(path)));
    TuningSetting other = new TuningSetting(reversed, setting.defaults(), setting.trials());
    assertThat(all(other, TunerSuite::result))
        .as(
            "trials of %s with the options in another order, which is no other tuning: one that is"
                + " gone on with may have it",
            name())
        .isEqualTo(all(setting, TunerSuite::result));
  }

  @Test
  void beginsALongerTuningWithTheSameTrials() {
    TuningSetting setting = setting();
    TuningSetting longer =
        new TuningSetting(setting.options(), setting.defaults(), OptionalInt.of(trials() + 1));
    if (!Compatibility.of(extension()::checkCompatibility, longer).fits()
        || !keepsLengths(setting, longer)) {
      return;
    }
    List<Trial> trials = all(setting, TunerSuite::result);
    assertThat(all(longer, TunerSuite::result).subList(0, trials.size()))
        .as(
            "first trials of %s where more are asked for, as after a tuning that is made longer in"
                + " its folder",
            name())
        .isEqualTo(trials);
  }

  /** Where trials have parts of a training, more of them may be other parts. */
  private boolean keepsLengths(TuningSetting setting, TuningSetting longer) {
    List<Double> shares = extension().shares(setting);
    List<Double> ofLonger = extension().shares(longer);
    return ofLonger.size() >= shares.size() && ofLonger.subList(0, shares.size()).equals(shares);
  }

  @Test
  void keepsNothingBetweenCalls() {
    Tuner tuner = extension();
    List<Trial> trials = all(setting(), TunerSuite::result);
    TuningProgress late = progress(setting(), trials.subList(0, beginOfLast(trials)));
    TuningProgress early = progress(setting(), List.of());
    List<Map<String, Double>> before = tuner.next(late);
    var unused = tuner.next(early);
    assertThat(tuner.next(late))
        .as(
            "what %s proposes after the same trials, when it was asked another thing between",
            name())
        .isEqualTo(before);
    assertThat(extension().next(late))
        .as(
            "what another object of %s proposes after the same trials, as after an interruption",
            name())
        .isEqualTo(before);
  }

  /** Where the trials begin that are proposed last. */
  private int beginOfLast(List<Trial> trials) {
    int begin = 0;
    int next = 0;
    while (next < trials.size()) {
      begin = next;
      List<Map<String, Double>> batch =
          extension().next(progress(setting(), trials.subList(0, begin)));
      next = Math.max(1, begin) + batch.size();
    }
    return begin;
  }

  @Test
  void goesOnWhereTrialsFail() {
    List<Trial> trials = all(setting(), TunerSuite::failure);
    assertThat(trials).hasSize(extension().shares(setting()).size());
    requireValues(trials);
  }

  @Test
  void takesDefaultValuesOutsideOfTheirRanges() {
    TuningSetting outside = setting(OptionalInt.of(trials()), Map.of(RANK, 4.0));
    assertThat(Compatibility.of(extension()::checkCompatibility, outside).first()).isEmpty();
    requireValues(all(outside, TunerSuite::result));
  }

  @Test
  void refusesALimitOfTimeOrKeepsProposing() {
    TuningSetting timed = setting(OptionalInt.empty(), setting().defaults());
    if (!Compatibility.of(extension()::checkCompatibility, timed).fits()) {
      return;
    }
    List<Trial> trials = new ArrayList<>();
    trials.add(trial(0, timed.defaults(), 1, TunerSuite::result));
    while (trials.size() < TIMED) {
      List<Map<String, Double>> proposed = extension().next(progress(timed, trials));
      assertThat(proposed)
          .as("what %s proposes after %d trials that time limits", name(), trials.size())
          .isNotEmpty();
      trials.add(trial(trials.size(), proposed.get(0), 1, TunerSuite::result));
    }
    requireValues(trials);
  }

  /** All trials of a tuning whose higher results are better. */
  private List<Trial> all(TuningSetting setting, Results results) {
    return all(setting, results, /* lowerIsBetter= */ false);
  }

  private List<Trial> all(TuningSetting setting, Results results, boolean lowerIsBetter) {
    List<Double> shares = extension().shares(setting);
    List<Trial> trials = new ArrayList<>();
    while (trials.size() < shares.size()) {
      List<Map<String, Double>> proposed =
          extension().next(progress(setting, trials, lowerIsBetter));
      assertThat(proposed)
          .as("what %s proposes after %d of %d trials", name(), trials.size(), shares.size())
          .isNotEmpty();
      if (trials.isEmpty()) {
        trials.add(trial(0, setting.defaults(), shares.get(0), results));
      }
      for (Map<String, Double> values : proposed) {
        if (trials.size() < shares.size()) {
          trials.add(trial(trials.size(), values, shares.get(trials.size()), results));
        }
      }
    }
    return trials;
  }

  private static Trial trial(
      int number, Map<String, Double> values, double share, Results results) {
    return new Trial(number, values, share, results.of(values, share));
  }

  private static TuningProgress progress(TuningSetting setting, List<Trial> trials) {
    return progress(setting, trials, /* lowerIsBetter= */ false);
  }

  private static TuningProgress progress(
      TuningSetting setting, List<Trial> trials, boolean lowerIsBetter) {
    return new TuningProgress(setting, new Seeds(SEED), lowerIsBetter, trials);
  }
}
