package io.flexora.results.comparison;

import io.flexora.api.evaluate.MetricValue.ConfidenceInterval;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The tuning of a cell. What it was judged by are examples of the validation split that neither a
 * search nor a training saw; since the best was chosen by them, its value is too good on average.
 *
 * @param trials the trials that have ended, by their numbers; the first has the default values
 * @param chosen the number of the trial whose values were kept; empty if there is none yet
 * @param gain by how much the metric of that trial is better than with the default values: 0 if
 *     these were kept; empty if one of both is not known
 * @param seconds the time of all phases of all trials
 * @param trainingSteps the optimiser steps of all trials
 * @param peakMemoryBytes the highest memory of all trials
 * @since 0.1
 */
public record Tuning(
    List<TrialRecord> trials,
    OptionalInt chosen,
    OptionalDouble gain,
    double seconds,
    long trainingSteps,
    OptionalLong peakMemoryBytes) {

  /** Copies the trials. */
  public Tuning {
    trials = List.copyOf(trials);
  }

  /** The trial whose values were kept. */
  public Optional<TrialRecord> kept() {
    return trials.stream()
        .filter(trial -> chosen.equals(OptionalInt.of(trial.number())))
        .findFirst();
  }

  /** The trial that has the default values; empty if it has not ended. */
  public Optional<TrialRecord> byDefault() {
    return trials.stream().filter(trial -> trial.number() == 0).findFirst();
  }

  /**
   * The tuning of all strategies before they were tested.
   *
   * @param tuner what proposed the values
   * @param trials how many settings were tried for each strategy and seed; empty where time limits
   *     them
   * @param seconds how long; empty where their number is given
   * @param share the share of the validation examples that judged them
   * @param options the paths of what was tuned
   * @param ties the path of the tuned option whose value another one has in each trial, by the path
   *     of that; empty where there is none
   */
  public record Tuned(
      String tuner,
      OptionalInt trials,
      OptionalDouble seconds,
      double share,
      List<String> options,
      Optional<Map<String, String>> ties) {

    /** Copies the paths in their order. */
    public Tuned {
      options = List.copyOf(options);
      ties = ties.map(of -> Collections.unmodifiableMap(new LinkedHashMap<String, String>(of)));
    }

    /** The ties in words, such as {@code OPTION has the value of OTHER}. */
    public List<String> tiesInWords() {
      return ties.orElse(Map.of()).entrySet().stream()
          .map(tie -> tie.getKey() + " has the value of " + tie.getValue())
          .toList();
    }
  }

  /**
   * A trial of a tuning.
   *
   * @param number its number, from 0: that of the default values
   * @param id the name of its cell, also that of its run's folder
   * @param values the values of what was tuned, as they are written, by their paths; not those of
   *     options that have the value of another one
   * @param share the share of a whole training that it had
   * @param value the metric that decides, on the examples that judge trials; empty if it failed
   * @param standardError its standard error
   * @param seconds the time of all phases, of one that failed until then; empty if it failed before
   *     it began
   * @param trainingSteps its optimiser steps, as {@code seconds}; the one in which it failed is not
   *     counted
   * @param failure why it failed
   */
  public record TrialRecord(
      int number,
      String id,
      Map<String, String> values,
      double share,
      OptionalDouble value,
      OptionalDouble standardError,
      OptionalDouble seconds,
      OptionalLong trainingSteps,
      Optional<String> failure) {

    /** Copies the values in their order. */
    public TrialRecord {
      values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }
  }

  /**
   * The effect of tuning on a strategy, over its cells whose tuning has ended.
   *
   * @param cells how many they are
   * @param gain the mean of the metric with the values that were kept less that with the default
   *     ones, on the examples that judge trials, where better is more; see {@link Tuning}
   * @param interval of the same, over the seeds; empty with fewer than three, and if all have the
   *     same
   * @param changed in how many cells other values than the default ones were kept
   * @param seconds the mean time of all trials of a cell
   * @param trainingSteps the mean optimiser steps of all trials of a cell
   * @param againstBaseline the difference from the baseline on the examples that judge trials;
   *     empty for the baseline, and where no seed tells of it
   */
  public record TunedStrategy(
      int cells,
      OptionalDouble gain,
      Optional<ConfidenceInterval> interval,
      int changed,
      OptionalDouble seconds,
      OptionalDouble trainingSteps,
      Optional<TunedDifference> againstBaseline) {}

  /**
   * The mean difference of a strategy from another one on the examples that judge trials, over the
   * seeds of which both tunings have ended and both first trials have a value. The best of several
   * trials was chosen by these examples, so no test is made of it.
   *
   * @param seeds how many these are
   * @param byDefault of the metric where both have the default values
   * @param kept of the metric where both have the values that were kept
   */
  public record TunedDifference(int seeds, double byDefault, double kept) {}
}
