package io.flexora.numerics.layer;

import io.flexora.api.plugin.Option;
import io.flexora.api.plugin.OptionException;
import io.flexora.api.selection.Selection.SearchEnd;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * The end of a search whose choice has settled: options that searches inline among their own.
 *
 * <p>The search ends after a step if the set of layers that it would choose has been the same after
 * each of the last {@code early_stopping_patience} steps, and if the probability that it would be
 * another at the planned end is at most {@code early_stopping_threshold}, as {@link ChoiceForecast}
 * finds it from the drift and the noise of the scores. Patience alone is not enough: scores that
 * drift towards each other leave the set as it is until they cross.
 *
 * @param earlyStoppingPatience the steps over which the set has to stay the same; empty for a
 *     search that takes all of its steps
 * @param earlyStoppingThreshold the greatest probability of another set
 * @since 0.1
 */
public record EarlyStopping(
    @Option(
            doc =
                "early stopping: steps over which the chosen set has to stay the same before the"
                    + " search may end by itself. Off by default: all steps are taken",
            min = 2)
        Optional<Integer> earlyStoppingPatience,
    @Option(
            doc =
                "greatest probability, from the drift and the noise of the scores, that the set at"
                    + " the planned end would be another, at which the search ends",
            byDefault = "0.05",
            min = 0,
            max = 1)
        double earlyStoppingThreshold) {

  /** A search that takes all of its steps. */
  public static final EarlyStopping OFF = new EarlyStopping(Optional.empty(), 0.05);

  /** The fewest steps that a probability of another set is found from. */
  public static final int FEWEST_JUDGED = 4;

  private static final int LEAST_PATIENCE = 2;

  /** Whether a search may end by itself. */
  public boolean isOn() {
    return earlyStoppingPatience.isPresent();
  }

  /**
   * Refuses a patience by which a search that chooses by scores would never end by itself.
   *
   * @param planned the steps that the search would take
   * @param length the options that decide how long it is, such as {@code outer_steps: 40}
   * @throws IllegalArgumentException as {@link #requireReachable(long, long, String)}
   */
  public void requireReachable(int planned, String length) {
    int last = planned - 1;
    requireReachable(last, ChoiceForecast.window(last, earlyStoppingPatience.orElse(0)), length);
  }

  /**
   * Refuses a patience by which a search would never end by itself.
   *
   * @param unchanged over how many steps its choice can have stayed the same before its planned end
   * @param judged from how many steps a probability can be found before then
   * @param length the options that decide how long it is, such as {@code outer_steps: 40}
   * @throws IllegalArgumentException if the patience is longer than that, or if there are fewer
   *     steps than {@link #FEWEST_JUDGED} to find a probability from
   */
  public void requireReachable(long unchanged, long judged, String length) {
    if (earlyStoppingPatience.isEmpty()) {
      return;
    }
    int patience = earlyStoppingPatience.get();
    if (patience > unchanged) {
      boolean fewerDo = unchanged >= LEAST_PATIENCE && judged >= FEWEST_JUDGED;
      throw OptionException.of(
          "early_stopping_patience",
          "early_stopping_patience: %d is never reached before the end of %s; %sleave it out"
              .formatted(
                  patience, length, fewerDo ? "write %d or less, or ".formatted(unchanged) : ""));
    }
    if (judged < FEWEST_JUDGED) {
      boolean moreDo = unchanged >= FEWEST_JUDGED;
      throw OptionException.of(
          "early_stopping_patience",
          "early_stopping_patience: %d cannot end %s early, as a forecast takes %d to judge by and would have %d; %sleave it out"
              .formatted(
                  patience,
                  length,
                  FEWEST_JUDGED,
                  judged,
                  moreDo ? "write %d or more, or ".formatted(FEWEST_JUDGED) : ""));
    }
  }

  /**
   * Whether a search ends by itself now.
   *
   * @param scores the score of each layer before the first step and after each step so far
   * @param planned the steps that the search would take
   * @param unit what a step is, in the plural
   * @param rule chooses layers by their scores
   * @return why it ends; empty if it goes on
   */
  public Optional<SearchEnd> end(
      List<double[]> scores, long planned, String unit, Function<double[], List<Integer>> rule) {
    int patience = earlyStoppingPatience.orElse(0);
    return end(
        scores.size() - 1,
        planned,
        unit,
        step -> rule.apply(scores.get(step)),
        now -> new ChoiceForecast(scores, patience).probabilityOfChange(planned - now, rule),
        "with the scores' drift and noise");
  }

  /**
   * Whether a search ends by itself now whose choice is no matter of scores alone.
   *
   * @param steps the steps that were taken
   * @param planned the steps that the search would take
   * @param unit what a step is, in the plural
   * @param chosen what it would have chosen after a step, from 1
   * @param probability the probability that it would choose another at the planned end, after so
   *     many steps; empty where that cannot be told. It is asked where the choice has been the same
   *     for long enough
   * @param by what the probability is found from, such as {@code with the scores' noise}
   * @return why it ends; empty if it goes on
   */
  public Optional<SearchEnd> end(
      int steps,
      long planned,
      String unit,
      IntFunction<?> chosen,
      IntFunction<OptionalDouble> probability,
      String by) {
    if (earlyStoppingPatience.isEmpty()
        || steps < earlyStoppingPatience.get()
        || steps >= planned) {
      return Optional.empty();
    }
    int unchanged = unchanged(steps, chosen);
    if (unchanged < earlyStoppingPatience.get()) {
      return Optional.empty();
    }
    OptionalDouble change = probability.apply(steps);
    if (change.isEmpty() || change.getAsDouble() > earlyStoppingThreshold) {
      return Optional.empty();
    }
    return Optional.of(
        new SearchEnd(
            steps,
            planned,
            unit,
            String.format(
                Locale.ROOT,
                "the chosen set has been the same for %d %s, and %s the probability of another one"
                    + " at the end is %.3f, at most %s",
                unchanged,
                unit,
                by,
                change.getAsDouble(),
                earlyStoppingThreshold)));
  }

  private static int unchanged(int steps, IntFunction<?> chosen) {
    Object now = chosen.apply(steps);
    int count = 1;
    while (count < steps && chosen.apply(steps - count).equals(now)) {
      count++;
    }
    return count;
  }
}
