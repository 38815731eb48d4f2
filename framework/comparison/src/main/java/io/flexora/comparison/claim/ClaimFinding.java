package io.flexora.comparison.claim;

import io.flexora.api.evaluate.MetricValue.ConfidenceInterval;
import io.flexora.comparison.claim.Claim.Test;
import io.flexora.results.comparison.ComparisonResult;
import io.flexora.results.comparison.DifferenceResult;
import io.flexora.results.comparison.DifferenceResult.TestResult;
import io.flexora.results.comparison.DifferenceResult.Verdict;
import io.flexora.results.comparison.Equivalence;
import io.flexora.results.comparison.GroupResult;
import io.flexora.results.comparison.StrategyResult;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The state of a claim on a model and task against one other row.
 *
 * @param model the model
 * @param task the task
 * @param against the row that the strategy was tested against
 * @param state the state
 * @param seeds the seeds with which both have a value
 * @param difference the mean difference of the metric; empty if no seed has a value of both
 * @param interval of the difference: over seeds and examples, or over seeds where the examples say
 *     nothing
 * @param pValue the p-value that supports the claim, after Holm's correction
 * @since 0.1
 */
public record ClaimFinding(
    String model,
    String task,
    String against,
    State state,
    int seeds,
    OptionalDouble difference,
    Optional<ConfidenceInterval> interval,
    OptionalDouble pValue) {

  /** The state of a claim. */
  public enum State {
    /** The test supports the claim. */
    SUPPORTED("supported"),
    /** The opposite was shown. */
    REFUTED("refuted"),
    /** Neither was shown. */
    NOT_DECIDED("not decided"),
    /** Cells are missing. */
    NOT_RUN("not run");

    private final String words;

    State(String words) {
      this.words = words;
    }

    /** The state in words. */
    public String words() {
      return words;
    }

    /**
     * The state of a claim that has to hold in several places: supported if it is in all, refuted
     * if it is in one.
     */
    public static State together(Collection<State> states) {
      if (states.isEmpty() || states.contains(NOT_RUN)) {
        return NOT_RUN;
      }
      return states.contains(REFUTED)
          ? REFUTED
          : states.contains(NOT_DECIDED) ? NOT_DECIDED : SUPPORTED;
    }
  }

  /**
   * Decides a claim by the analysis of its comparison.
   *
   * @param against the row that is the baseline of the comparison
   * @param whole whether all of its cells are done; the claim is not run otherwise
   */
  static List<ClaimFinding> of(
      Claim claim, String against, ComparisonResult result, boolean whole) {
    return result.groups().stream().map(group -> of(claim, against, group, whole)).toList();
  }

  private static ClaimFinding of(Claim claim, String against, GroupResult group, boolean whole) {
    Optional<StrategyResult> strategy =
        group.strategies().stream().filter(s -> s.name().equals(claim.strategy())).findFirst();
    Optional<DifferenceResult> found = strategy.flatMap(StrategyResult::againstBaseline);
    return new ClaimFinding(
        group.model(),
        group.task(),
        against,
        whole ? found.map(d -> state(claim, group, d)).orElse(State.NOT_DECIDED) : State.NOT_RUN,
        found.map(DifferenceResult::seeds).orElse(0),
        found.map(d -> OptionalDouble.of(d.difference())).orElse(OptionalDouble.empty()),
        found.flatMap(ClaimFinding::interval),
        found.map(d -> pValue(claim, d)).orElse(OptionalDouble.empty()));
  }

  private static Optional<ConfidenceInterval> interval(DifferenceResult difference) {
    return difference.overBoth().flatMap(TestResult::interval).or(difference::interval);
  }

  private static OptionalDouble pValue(Claim claim, DifferenceResult difference) {
    return switch (claim.test()) {
      case BETTER -> difference.pAdjusted();
      case NOT_WORSE -> margin(difference, Equivalence::pNotWorseAdjusted);
      case EQUIVALENT -> margin(difference, Equivalence::pEquivalentAdjusted);
    };
  }

  private static OptionalDouble margin(
      DifferenceResult difference, Function<Equivalence, OptionalDouble> pValue) {
    return difference.equivalence().map(pValue).orElse(OptionalDouble.empty());
  }

  private static State state(Claim claim, GroupResult group, DifferenceResult difference) {
    boolean shown =
        switch (claim.test()) {
          case BETTER -> difference.verdict() == Verdict.BETTER;
          case NOT_WORSE -> difference.equivalence().map(e -> e.verdict().shown()).orElse(false);
          case EQUIVALENT ->
              difference
                  .equivalence()
                  .map(e -> e.verdict() == Equivalence.Verdict.EQUIVALENT)
                  .orElse(false);
        };
    if (shown && isBelow(pValue(claim, difference), claim.alpha())) {
      return State.SUPPORTED;
    }
    boolean opposite =
        difference.verdict() == Verdict.WORSE
            || (claim.test() == Test.EQUIVALENT && difference.verdict() == Verdict.BETTER);
    return opposite
            && isBelow(difference.pAdjusted(), claim.alpha())
            && isBeyond(group, difference, claim.margin().orElse(0.0))
        ? State.REFUTED
        : State.NOT_DECIDED;
  }

  private static boolean isBelow(OptionalDouble pValue, double alpha) {
    return pValue.isPresent() && pValue.getAsDouble() < alpha;
  }

  /**
   * Whether every interval of the difference lies beyond the margin, on the side of its verdict.
   */
  private static boolean isBeyond(GroupResult group, DifferenceResult difference, double margin) {
    boolean above = (difference.verdict() == Verdict.BETTER) != group.lowerIsBetter();
    return Stream.of(difference.overSeeds(), difference.overExamples(), difference.overBoth())
        .flatMap(Optional::stream)
        .flatMap(test -> test.interval().stream())
        .allMatch(of -> above ? of.low() > margin : of.high() < -margin);
  }
}
