package io.flexora.comparison.judge;

import io.flexora.results.comparison.ComparisonResult;
import io.flexora.results.comparison.DifferenceResult;
import io.flexora.results.comparison.GroupResult;
import io.flexora.results.comparison.StrategyResult;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * The noise among results of one seed whose answers are not kept. There is no test of them, but a
 * result within two standard errors of the first lies within the noise of the examples.
 */
final class UnpairedResults {

  private static final double TWO_SIDED = 1.959964;
  private static final double PERCENT = 100;

  private UnpairedResults() {}

  /** Adds a sentence to each group of which nothing could be tested. */
  static ComparisonResult said(ComparisonResult result) {
    return new ComparisonResult(
        result.name(),
        result.baseline(),
        result.seeds(),
        result.budget(),
        result.confidence(),
        result.groups().stream().map(UnpairedResults::said).toList(),
        result.tuning());
  }

  private static GroupResult said(GroupResult group) {
    boolean untested =
        group
            .differences()
            .allMatch(found -> found.verdict() == DifferenceResult.Verdict.ONE_SEED_ONLY);
    String said = untested && group.strategies().size() > 1 ? " " + sentence(group) : "";
    return new GroupResult(
        group.model(),
        group.task(),
        group.layers(),
        group.examples(),
        group.metric(),
        group.sentence() + said,
        group.strategies());
  }

  private static String sentence(GroupResult group) {
    Comparator<StrategyResult> byValue = Comparator.comparingDouble(one -> one.mean().orElse(0));
    List<StrategyResult> ranked =
        group.strategies().stream()
            .filter(one -> one.mean().isPresent())
            .sorted(group.lowerIsBetter() ? byValue : byValue.reversed())
            .toList();
    StrategyResult first = ranked.get(0);
    OptionalDouble error = error(first);
    if (error.isEmpty() || ranked.stream().anyMatch(one -> error(one).isEmpty())) {
      return "No standard error is known, so not even the noise of the examples can be told:"
          + " --examples says how many a share is of.";
    }
    long within =
        ranked.stream()
            .skip(1)
            .filter(one -> distance(first, one) < TWO_SIDED * error(first, one))
            .count();
    boolean percent = group.metric().orElseThrow().percent();
    double noise = TWO_SIDED * Math.sqrt(2) * error.getAsDouble();
    return ("%d of the %d others lie within the noise of %s, which has the best value: two standard errors of a"
            + " difference of unpaired answers are about %s. Answers to the same examples would tell more, and further"
            + " seeds are needed for any claim on methods.")
        .formatted(
            within,
            ranked.size() - 1,
            first.name(),
            percent
                ? String.format(Locale.ROOT, "%.1f points", PERCENT * noise)
                : String.format(Locale.ROOT, "%.3g", noise));
  }

  private static double distance(StrategyResult one, StrategyResult other) {
    return Math.abs(one.mean().orElseThrow() - other.mean().orElseThrow());
  }

  private static double error(StrategyResult one, StrategyResult other) {
    return Math.hypot(error(one).orElseThrow(), error(other).orElseThrow());
  }

  private static OptionalDouble error(StrategyResult one) {
    return one.cells().get(0).standardError();
  }
}
