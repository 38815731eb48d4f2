package io.flexora.api.report;

import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.evaluate.MetricValue.Interval;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.model.ChosenModule;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What a comparison found.
 *
 * @param name the name of the comparison
 * @param baseline the strategy that differences are taken against
 * @param seeds the seeds of every strategy
 * @param budget what is held equal
 * @param confidence of every interval; one less it is the level of every test
 * @param groups each model with each task, in the order in which they were written
 * @param tuning how strategies were tuned; empty if they were not
 * @since 0.1
 */
public record ComparisonResult(
    String name,
    String baseline,
    List<Long> seeds,
    Budget budget,
    double confidence,
    List<Group> groups,
    Optional<Tuned> tuning) {

  /** Copies the lists. */
  public ComparisonResult {
    Objects.requireNonNull(tuning);
    Objects.requireNonNull(name);
    Objects.requireNonNull(baseline);
    seeds = List.copyOf(seeds);
    Objects.requireNonNull(budget);
    groups = List.copyOf(groups);
  }

  /**
   * What is held equal between strategies.
   *
   * @param hold {@code layers}, {@code parameters}, {@code steps} or {@code seconds}
   * @param amount how many of them; empty where each strategy takes what the trainer is told
   * @param search {@code included} if the time of a search counts, else {@code excluded}
   * @param tuning the same of the trials of a tuning
   */
  public record Budget(String hold, OptionalDouble amount, String search, String tuning) {}

  /**
   * How strategies were tuned before they were tested.
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
   */
  public record Tuning(
      List<TunedTrial> trials,
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
    public Optional<TunedTrial> kept() {
      return trials.stream()
          .filter(trial -> chosen.equals(OptionalInt.of(trial.number())))
          .findFirst();
    }

    /** The trial that has the default values; empty if it has not ended. */
    public Optional<TunedTrial> byDefault() {
      return trials.stream().filter(trial -> trial.number() == 0).findFirst();
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
  public record TunedTrial(
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
    public TunedTrial {
      values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }
  }

  /**
   * What tuning did to a strategy, over its cells whose tuning has ended.
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
      Optional<Interval> interval,
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

  /**
   * A model with a task.
   *
   * @param model the name of the model
   * @param task the name of the task
   * @param layers how many layers the model has; empty if no run tells
   * @param examples how many test examples there are; empty if no cell was measured
   * @param metric the metric that decides; empty if no cell was measured
   * @param sentence what it says, in plain English
   * @param strategies its strategies, in the order in which they were written
   */
  public record Group(
      String model,
      String task,
      OptionalInt layers,
      OptionalLong examples,
      Optional<MetricDescription> metric,
      String sentence,
      List<Strategy> strategies) {

    /** Copies the strategies. */
    public Group {
      strategies = List.copyOf(strategies);
    }

    /**
     * The strategy that the others are tested against within a margin; empty where that is the
     * baseline, and where there is no margin.
     */
    public Optional<String> reference() {
      return strategies.stream()
          .flatMap(strategy -> strategy.reference().stream())
          .map(Reference::name)
          .findFirst();
    }

    /**
     * What the tests of a strategy within a margin say: against the {@link #reference}, or else the
     * baseline.
     *
     * @param strategy a strategy of this group
     * @return empty where it was not tested
     */
    public Optional<Equivalence> equivalence(Strategy strategy) {
      return reference().isPresent()
          ? strategy.reference().map(Reference::equivalence)
          : strategy.againstBaseline().flatMap(Difference::equivalence);
    }
  }

  /**
   * A strategy in a group. Means are over the cells that are done.
   *
   * @param name its name; {@code STRATEGY+ADAPTER} where adapters are compared
   * @param selector the selector that it uses
   * @param cells a cell for each seed
   * @param done how many cells are done
   * @param failed how many failed
   * @param mean the mean of the metric; empty if no cell has a value
   * @param standardDeviation of the metric over the seeds; empty with one seed
   * @param interval of the mean, over the seeds; empty with fewer than three, and if all have the
   *     same
   * @param trainableParameters the mean length of theta
   * @param searchSeconds the mean time of the search
   * @param trainSeconds the mean time of the training
   * @param seconds the mean time of all phases, those of the trials of its tuning included
   * @param peakMemoryBytes the highest memory of all cells, trials included
   * @param layerFrequency how often each layer was chosen, from 0 to 1; empty if nothing is known
   * @param jaccard the mean similarity of the choices of two seeds, of layers or, where some cell
   *     chose modules, of modules of layers; empty with one seed
   * @param jaccardByChance the same of choices at random of the same sizes
   * @param frontParameters whether no other strategy is better with fewer parameters
   * @param frontSeconds whether no other strategy is better in less time
   * @param againstBaseline the difference from the baseline; empty for the baseline, and where no
   *     seed has a value of both
   * @param sentence what it says, in plain English
   * @param adapter the name of its adapter in the comparison; empty where all have the same
   * @param counterpart the strategy that it differs from in one thing; empty where there is none
   * @param tuning what tuning did; empty where none of its options was tuned
   * @param trainer the name of its trainer in the comparison; empty where all have the same
   * @param reference what the tests within a margin say against another strategy than the baseline;
   *     empty where there are none, for that strategy itself, and where no seed has a value of both
   */
  public record Strategy(
      String name,
      String selector,
      List<Cell> cells,
      int done,
      int failed,
      OptionalDouble mean,
      OptionalDouble standardDeviation,
      Optional<Interval> interval,
      OptionalDouble trainableParameters,
      OptionalDouble searchSeconds,
      OptionalDouble trainSeconds,
      OptionalDouble seconds,
      OptionalLong peakMemoryBytes,
      Optional<List<Double>> layerFrequency,
      OptionalDouble jaccard,
      OptionalDouble jaccardByChance,
      boolean frontParameters,
      boolean frontSeconds,
      Optional<Difference> againstBaseline,
      String sentence,
      Optional<String> adapter,
      Optional<Counterpart> counterpart,
      Optional<TunedStrategy> tuning,
      Optional<String> trainer,
      Optional<Reference> reference) {

    /** Copies the lists. */
    public Strategy {
      cells = List.copyOf(cells);
      layerFrequency = layerFrequency.map(List::copyOf);
    }

    /**
     * How many of its cells have a value of the metric that decides. One that is done may have
     * none, as where it is infinite.
     */
    public int values() {
      return (int) cells.stream().filter(cell -> cell.value().isPresent()).count();
    }
  }

  /**
   * A strategy that another one differs from in one thing, such as the same with another adapter.
   * It may be the baseline.
   *
   * @param name its name
   * @param difference of the other from it; empty where no seed has a value of both
   * @param sentence what that says, in plain English
   */
  public record Counterpart(String name, Optional<Difference> difference, String sentence) {}

  /**
   * A strategy, not the baseline, that another one is tested against within a margin.
   *
   * @param name its name
   * @param difference the mean difference of the other from it, of the metric
   * @param seeds how many seeds have a value of both
   * @param equivalence what the tests within the margin say
   */
  public record Reference(String name, double difference, int seeds, Equivalence equivalence) {}

  /**
   * A strategy with a seed. What was measured is empty unless the cell is done.
   *
   * @param id the name of the cell, also that of its run's folder
   * @param seed the seed
   * @param state how far it is
   * @param failure why it failed
   * @param value the metric that decides
   * @param standardError its standard error
   * @param selectedLayers the chosen layers, from 0, ascending
   * @param selectedModules the chosen modules of these layers; empty for all target modules
   * @param trainableParameters the length of theta
   * @param seconds the time of each phase: {@code search}, {@code train}, {@code evaluate}
   * @param peakMemoryBytes the highest memory of all phases
   * @param withinBudget whether it kept to the budget; empty if that is not known
   * @param searchCut whether its search ended because its time was over
   * @param validationLoss the loss on validation data of what was kept, in nats
   * @param metrics all that was measured, by name
   * @param tuning how its values were chosen; empty if it was not tuned
   */
  public record Cell(
      String id,
      long seed,
      CellState state,
      Optional<String> failure,
      OptionalDouble value,
      OptionalDouble standardError,
      Optional<List<Integer>> selectedLayers,
      Optional<List<ChosenModule>> selectedModules,
      OptionalLong trainableParameters,
      Optional<Map<String, Double>> seconds,
      OptionalLong peakMemoryBytes,
      Optional<Boolean> withinBudget,
      Optional<Boolean> searchCut,
      OptionalDouble validationLoss,
      Map<String, MetricValue> metrics,
      Optional<Tuning> tuning) {

    /** Copies the layers, the times and the metrics. */
    public Cell {
      metrics = Map.copyOf(metrics);
      seconds = seconds.map(Map::copyOf);
      selectedLayers = selectedLayers.map(List::copyOf);
      selectedModules = selectedModules.map(List::copyOf);
    }
  }

  /** What a difference says in the end. */
  public enum Verdict {
    /** The strategy is better than the baseline. */
    BETTER("better"),
    /** The strategy is worse than the baseline. */
    WORSE("worse"),
    /** The two cannot be told apart. */
    NOT_DISTINGUISHABLE("not distinguishable"),
    /** There is one seed, which decides nothing. */
    ONE_SEED_ONLY("one seed only");

    private final String words;

    Verdict(String words) {
      this.words = words;
    }

    /** The verdict in words, as files have it. */
    public String words() {
      return words;
    }

    /** Whether the difference is told from chance, to either side. */
    public boolean clear() {
      return this == BETTER || this == WORSE;
    }
  }

  /**
   * The difference of a strategy from the baseline or from its counterpart, over the seeds with
   * which both have a value.
   *
   * @param difference the mean difference of the metric
   * @param seeds how many seeds have a value of both
   * @param examples how many test examples both were measured on; empty if they say nothing
   * @param examplesMissing why the examples say nothing; empty if they do
   * @param overSeeds the paired t-test, with an interval from three seeds on unless each difference
   *     is 0; empty with one seed, or if each seed has the same difference other than 0
   * @param overSeedsPermutation the sign-flip test over the seeds; empty with one seed
   * @param overExamples the permutation test over the examples, and a bootstrapped interval unless
   *     each example has the same difference
   * @param overBoth the t-test over seeds and examples at once, with an interval from three seeds
   *     on; empty with one seed, and if each example has the same difference with each
   * @param mcnemar McNemar's test; empty unless each example is right or wrong
   * @param effectSize Cohen's d_z with Hedges' correction; empty with fewer than three seeds
   * @param pValue the largest of the p-values over seeds, over examples and over both
   * @param pAdjusted the same after Holm's correction for the differences of the group
   * @param verdict what it says
   * @param seedsNeeded with how many seeds the t-test would find it in 80 % of the cases; empty if
   *     that cannot be told, as with fewer than three seeds
   * @param equivalence what the tests within a margin say; empty where none was written, and where
   *     it is asked against another strategy, see {@link Reference}
   */
  public record Difference(
      double difference,
      int seeds,
      OptionalInt examples,
      Optional<String> examplesMissing,
      Optional<Test> overSeeds,
      Optional<Test> overSeedsPermutation,
      Optional<Test> overExamples,
      Optional<Test> overBoth,
      Optional<McNemar> mcnemar,
      OptionalDouble effectSize,
      OptionalDouble pValue,
      OptionalDouble pAdjusted,
      Verdict verdict,
      OptionalInt seedsNeeded,
      Optional<Equivalence> equivalence) {}

  /** What the tests within a margin say in the end. */
  public enum EquivalenceVerdict {
    /** The strategy is neither worse nor better by the margin. */
    EQUIVALENT("equivalent"),
    /** The strategy is not worse by the margin; it may be better by it. */
    NOT_WORSE("not worse"),
    /** The strategy may be worse by the margin. */
    NOT_SHOWN("not shown"),
    /** There are fewer than three seeds, which decide nothing. */
    TOO_FEW_SEEDS("too few seeds");

    private final String words;

    EquivalenceVerdict(String words) {
      this.words = words;
    }

    /** The verdict in words, as files have it. */
    public String words() {
      return words;
    }

    /** Whether the strategy is shown to be not worse by the margin. */
    public boolean shown() {
      return this == EQUIVALENT || this == NOT_WORSE;
    }
  }

  /**
   * Whether a strategy is as good as the other one but for a margin: by one-sided paired t-tests,
   * one for being not worse, two for being equivalent (TOST). Over seeds, over examples and over
   * both at once, of which the largest p-value counts.
   *
   * @param margin the margin, in units of the metric
   * @param overSeeds the tests over the seeds; empty with fewer than three
   * @param overExamples the tests over the examples; empty if they say nothing
   * @param overBoth the tests over seeds and examples at once; empty if the examples say nothing,
   *     and if each has the same difference with each
   * @param pNotWorseAdjusted the p-value of being worse by the margin, after Holm's correction for
   *     all that are tested within it in the group
   * @param pEquivalentAdjusted that of being worse or better by the margin, after the same
   * @param verdict what it says
   */
  public record Equivalence(
      double margin,
      Optional<OneSided> overSeeds,
      Optional<OneSided> overExamples,
      Optional<OneSided> overBoth,
      OptionalDouble pNotWorseAdjusted,
      OptionalDouble pEquivalentAdjusted,
      EquivalenceVerdict verdict) {

    /**
     * The p-value that the verdict rests on: of being equivalent where it is that, else of being
     * not worse; empty with too few seeds.
     */
    public OptionalDouble pOfVerdict() {
      return verdict == EquivalenceVerdict.EQUIVALENT ? pEquivalentAdjusted : pNotWorseAdjusted;
    }
  }

  /**
   * The p-values of two one-sided tests.
   *
   * @param pNotWorse that of a strategy that is worse by the margin
   * @param pNotBetter that of one that is better by it
   */
  public record OneSided(double pNotWorse, double pNotBetter) {}

  /**
   * A test of a difference.
   *
   * @param test its name
   * @param interval the interval of the difference, if it has one
   * @param pValue its p-value, if it has one
   */
  public record Test(String test, Optional<Interval> interval, OptionalDouble pValue) {}

  /**
   * McNemar's test over the examples that one of the two has right.
   *
   * @param onlyThis how often the strategy alone is right, over all seeds
   * @param onlyBaseline how often the baseline alone is right
   * @param pValue the p-value
   */
  public record McNemar(long onlyThis, long onlyBaseline, double pValue) {}
}
