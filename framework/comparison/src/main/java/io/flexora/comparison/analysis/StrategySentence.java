package io.flexora.comparison.analysis;

import io.flexora.results.comparison.CellState;
import io.flexora.results.comparison.DifferenceResult;
import io.flexora.results.comparison.Tuning.TunedDifference;
import io.flexora.results.comparison.Tuning.TunedStrategy;
import io.flexora.statistics.PairedPower;
import io.flexora.statistics.Sample;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The sentences on one strategy, in plain English.
 *
 * @param strategy the strategy
 * @param baseline the name of the baseline, or of the counterpart
 * @param reference its cells; empty if the group has none
 * @param comparisons how many differences are tested in the group
 */
record StrategySentence(
    StrategyCells strategy, String baseline, Optional<StrategyCells> reference, int comparisons) {

  /** What there is to say of the baseline itself. */
  String ofBaseline() {
    return withBudget(
        strategy
            .values()
            .map(
                sample ->
                    "%s, the baseline, has %s over %s"
                        .formatted(
                            baseline,
                            new MetricText(strategy.metric().orElseThrow()).mean(sample),
                            seeds(sample)))
            .orElseGet(() -> "the baseline has no value (" + progress(strategy) + ")"));
  }

  /** What there is to say where no seed has a value of both. */
  String withoutPair() {
    String other = reference.map(r -> "; " + progress(r)).orElse("");
    return withBudget(
        "%s cannot be compared with %s: no seed has values of both (%s%s)"
            .formatted(strategy.name(), baseline, progress(strategy), other));
  }

  /** What the difference says. */
  String of(
      GroupMetric metric,
      PairedDifference difference,
      OptionalDouble adjusted,
      DifferenceResult.Verdict verdict) {
    String seen =
        "difference "
            + new MetricText(metric)
                .difference(
                    difference.differences().mean(),
                    difference.isOfOneSeed()
                        ? difference.examples().flatMap(PairedExamples::interval)
                        : difference.interval());
    String names = strategy.name() + " and " + baseline;
    String overSeedsAlone =
        difference
            .examplesMissing()
            .filter(why -> difference.seeds() > 1)
            .map(why -> "; over the seeds alone, as " + why)
            .orElse("");
    return withBudget(
        switch (verdict) {
              case BETTER, WORSE ->
                  "%s is %s than %s: %s over %s, %s"
                      .formatted(
                          strategy.name(),
                          verdict.words(),
                          baseline,
                          seen,
                          over(difference),
                          corrected(adjusted.orElseThrow()));
              case NOT_DISTINGUISHABLE ->
                  "%s are not distinguishable: %s over %s; %s"
                      .formatted(
                          names,
                          seen,
                          over(difference),
                          wouldTake(difference, corrected(adjusted.orElse(1))));
              case ONE_SEED_ONLY ->
                  "%s are compared with one seed only: %s%s; more seeds are needed for a test"
                      .formatted(names, seen, overExamples(difference));
            }
            + overSeedsAlone);
  }

  /** The basis of a difference: examples, seeds or both. */
  private String over(PairedDifference difference) {
    return difference.isOfOneSeed()
        ? "%d examples of one seed, which tells of these two models alone"
            .formatted(difference.examples().orElseThrow().examples())
        : seeds(difference.differences());
  }

  private static String overExamples(PairedDifference difference) {
    return difference
        .examples()
        .map(
            e ->
                ", %s over %d examples"
                    .formatted(MetricText.p(e.permutation().pValue()), e.examples()))
        .orElse("");
  }

  private static String corrected(double p) {
    return MetricText.p(p) + " after Holm's correction";
  }

  /**
   * What is missing for a verdict.
   *
   * @param p the p-value that is not small enough, in words
   */
  private String wouldTake(PairedDifference difference, String p) {
    if (difference.differences().mean() == 0) {
      return "no difference was observed";
    }
    if (difference.isOfOneSeed()) {
      OptionalLong needed = difference.examplesNeeded(comparisons);
      return p
          + (needed.isPresent()
              ? "; it would take about %,d examples to detect a difference of this size"
                  .formatted(needed.getAsLong())
              : "");
    }
    boolean sameWithEach = difference.tTest().isEmpty();
    if (difference.hasFewSeeds()) {
      return sameWithEach
          ? "it is the same with each, but there are too few seeds for a test, " + p
          : p;
    }
    if (difference.isClearOverSeeds(comparisons)) {
      return beyondSeeds(difference, p);
    }
    if (sameWithEach) {
      return "the signs of %d seeds alone decide nothing, %s".formatted(difference.seeds(), p);
    }
    OptionalInt needed = difference.seedsNeeded(comparisons);
    if (needed.isEmpty()) {
      return "more than %d seeds would be needed to detect a difference of this size"
          .formatted(PairedPower.MOST_PAIRS);
    }
    // Seeds enough for what was seen are significant, and these are not.
    int more = Math.max(1, needed.getAsInt() - difference.seeds());
    return "about %d more seed%s would be needed to detect a difference of this size%s"
        .formatted(more, more == 1 ? "" : "s", andExamples(difference));
  }

  /** What is missing where the seeds by themselves are significant. */
  private String beyondSeeds(PairedDifference difference, String p) {
    return difference.isClearOverExamples(comparisons)
        ? "seeds and examples each by themselves are significant, both at once are not (%s): more of either would be needed"
            .formatted(p)
        : "the test over examples is not significant (%s): more examples would be needed"
            .formatted(p);
  }

  /** What the seeds that are needed do not say: a difference has to hold over the examples too. */
  private String andExamples(PairedDifference difference) {
    return difference.isClearOverExamples(comparisons)
        ? ""
        : ", and the test over examples must be significant, too (%s so far, before Holm's correction)"
            .formatted(MetricText.p(difference.overExamples().orElse(1)));
  }

  /** How many seeds have a value, or one of both; and why there is no interval over them. */
  private String seeds(Sample values) {
    int paired = values.size();
    int all = strategy.cells().size();
    String counted =
        paired == all
            ? "%d seed%s".formatted(all, all == 1 ? "" : "s")
            : "%d of %d seeds".formatted(paired, all);
    if (paired < SeedInference.FEWEST_SEEDS) {
      return counted + ", too few for an interval";
    }
    return SeedInference.isSameWithEach(values) ? counted + ", the same with each" : counted;
  }

  private static String progress(StrategyCells cells) {
    long failed = cells.count(CellState.FAILED);
    long done = cells.count(CellState.DONE);
    long infinite = done - cells.values().map(Sample::size).orElse(0);
    return "%s: %d of %d cells done%s%s"
        .formatted(
            cells.name(),
            done,
            cells.cells().size(),
            infinite == 0 ? "" : ", %d of them without a finite value".formatted(infinite),
            failed == 0 ? "" : ", " + failed + " failed");
  }

  private String withBudget(String sentence) {
    return sentence
        + tuned()
        + ofCells(
            strategy.cutSearches(), "the search of %d of its %d cells was stopped by the budget")
        + ofCells(strategy.outsideBudget(), "%d of its %d cells exceeded the budget")
        + ".";
  }

  private String tuned() {
    Optional<TunedDifference> difference =
        reference.flatMap(other -> StrategyTuning.difference(strategy, other));
    return StrategyTuning.of(strategy.cells(), difference).map(this::tuned).orElse("");
  }

  private String tuned(TunedStrategy tuning) {
    Optional<String> onTuningExamples =
        strategy
            .metric()
            .flatMap(
                metric ->
                    StrategyTuning.gain(strategy.cells(), metric)
                        .map(
                            gain ->
                                ", a gain of %s on the tuning examples%s"
                                    .formatted(gain, difference(tuning, new MetricText(metric)))));
    return "; tuning changed the values of %d of %d cells%s"
        .formatted(tuning.changed(), tuning.cells(), onTuningExamples.orElse(""));
  }

  /** What tuning did to the difference from the other, which is seen on the same examples. */
  private String difference(TunedStrategy tuning, MetricText figures) {
    return tuning
        .againstBaseline()
        .map(
            found ->
                ", where the difference from %s is %s with the default values of both and %s with those kept of both%s"
                    .formatted(
                        baseline,
                        figures.difference(found.byDefault(), Optional.empty()),
                        figures.difference(found.kept(), Optional.empty()),
                        found.seeds() == strategy.cells().size()
                            ? ""
                            : ", over %d of %d seeds"
                                .formatted(found.seeds(), strategy.cells().size())))
        .orElse("");
  }

  private String ofCells(long count, String words) {
    return count == 0 ? "" : "; " + words.formatted(count, strategy.cells().size());
  }
}
