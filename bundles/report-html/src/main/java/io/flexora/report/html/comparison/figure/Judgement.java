package io.flexora.report.html.comparison.figure;

import io.flexora.report.html.comparison.Group;
import io.flexora.report.html.comparison.Strategy;
import io.flexora.report.html.figure.Numerals;
import io.flexora.results.comparison.DifferenceResult;
import io.flexora.results.comparison.Equivalence;
import io.flexora.results.comparison.StrategyResult.MarginReference;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * The judgement of a group's figures, in words.
 *
 * @param sentence the outcome
 * @param answers each strategy against the baseline, and against its counterpart if it has another
 */
public record Judgement(String sentence, List<StrategyVerdict> answers) {

  private static final int MANY = 6;

  /**
   * A strategy against the baseline.
   *
   * @param name the strategy, where the sentence does not name it
   * @param colour the number of its colour
   * @param look {@code better}, {@code worse}, or {@code open}
   * @param verdict the verdict in words
   * @param within what the tests within a margin show; absent if nothing
   * @param sentence what stands behind it
   */
  public record StrategyVerdict(
      String name,
      int colour,
      String look,
      String verdict,
      Optional<String> within,
      String sentence) {}

  static Judgement of(Group group) {
    return new Judgement(
        group.sentence().orElseGet(() -> counted(group)),
        group.strategies().stream()
            .flatMap(s -> Stream.of(answer(group, s), ofCounterpart(group, s)))
            .flatMap(Optional::stream)
            .toList());
  }

  /** Whether the answers are so many that they are folded away. */
  public boolean many() {
    return answers.size() > MANY;
  }

  private static String counted(Group group) {
    List<DifferenceResult> differences =
        group.compared().stream().flatMap(s -> s.difference().stream()).toList();
    if (differences.isEmpty()) {
      return "No strategy can be compared with the baseline yet.";
    }
    return "Of %d strategies compared with %s, %d %s better, %d worse, and %d not distinguishable from it."
        .formatted(
            differences.size(),
            group.baseline().map(Strategy::name).orElse("the baseline"),
            count(differences, DifferenceResult.Verdict.BETTER),
            count(differences, DifferenceResult.Verdict.BETTER) == 1 ? "is" : "are",
            count(differences, DifferenceResult.Verdict.WORSE),
            differences.stream().filter(difference -> !difference.verdict().clear()).count());
  }

  private static long count(List<DifferenceResult> differences, DifferenceResult.Verdict verdict) {
    return differences.stream().filter(d -> d.verdict() == verdict).count();
  }

  private static Optional<StrategyVerdict> answer(Group group, Strategy strategy) {
    Optional<DifferenceResult> difference = strategy.difference();
    Optional<String> said = strategy.sentence();
    if (said.isEmpty() && difference.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new StrategyVerdict(
            // What the host says names the strategy itself.
            said.isEmpty() ? strategy.name() : "",
            strategy.colour(),
            difference
                .filter(found -> found.verdict().clear())
                .map(found -> found.verdict().words())
                .orElse("open"),
            difference
                .map(found -> found.verdict().words())
                .orElse(strategy.baseline() ? "baseline" : "not compared"),
            group.found().reference().isPresent()
                ? strategy.found().reference().flatMap(Judgement::shownAgainst)
                : shown(difference),
            said.orElseGet(() -> figures(group, difference.get()))));
  }

  /** What its counterpart adds, which may be the baseline, of which all is said. */
  private static Optional<StrategyVerdict> ofCounterpart(Group group, Strategy strategy) {
    Optional<String> baseline = group.baseline().map(Strategy::name);
    return strategy
        .found()
        .counterpart()
        .filter(other -> !baseline.equals(Optional.of(other.name())))
        .map(
            other ->
                new StrategyVerdict(
                    "",
                    strategy.colour(),
                    strategy
                        .found()
                        .againstCounterpart()
                        .filter(found -> found.verdict().clear())
                        .map(found -> found.verdict().words())
                        .orElse("open"),
                    strategy
                        .found()
                        .againstCounterpart()
                        .map(found -> found.verdict().words())
                        .orElse("not compared"),
                    shown(strategy.found().againstCounterpart()),
                    other.sentence()));
  }

  /** What is shown against another strategy than the baseline, with its name. */
  private static Optional<String> shownAgainst(MarginReference reference) {
    Equivalence.Verdict verdict = reference.equivalence().verdict();
    return Optional.of(verdict.words())
        .filter(words -> verdict.shown())
        .map(
            words ->
                words
                    + (verdict == Equivalence.Verdict.EQUIVALENT ? " to " : " than ")
                    + reference.name());
  }

  private static Optional<String> shown(Optional<DifferenceResult> difference) {
    return difference
        .flatMap(found -> found.equivalence())
        .map(Equivalence::verdict)
        .filter(Equivalence.Verdict::shown)
        .map(Equivalence.Verdict::words);
  }

  private static String figures(Group group, DifferenceResult difference) {
    OptionalDouble p = difference.pAdjusted();
    return "The difference in "
        + group.found().metricName()
        + " is "
        + Numerals.signed(difference.difference(), group.decimals())
        + (p.isPresent() ? ", adjusted p " + Numerals.probability(p.getAsDouble()) : "")
        + "."
        + needed(difference);
  }

  private static String needed(DifferenceResult difference) {
    OptionalInt needed = difference.seedsNeeded();
    return needed.isPresent() && !difference.verdict().clear()
        ? " To detect a difference of this size over seeds, about "
            + Numerals.count(needed.getAsInt())
            + " seeds are needed in total."
        : "";
  }
}
