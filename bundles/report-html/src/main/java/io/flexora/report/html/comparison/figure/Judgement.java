package io.flexora.report.html.comparison.figure;

import io.flexora.report.html.comparison.Difference;
import io.flexora.report.html.comparison.Group;
import io.flexora.report.html.comparison.Strategy;
import io.flexora.report.html.figure.Numerals;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a group's figures say, in words.
 *
 * @param sentence the outcome
 * @param answers each strategy against the baseline
 */
public record Judgement(String sentence, List<Answer> answers) {

  /**
   * A strategy against the baseline.
   *
   * @param name the strategy, where the sentence does not name it
   * @param colour the number of its colour
   * @param look {@code better}, {@code worse}, or {@code open}
   * @param verdict the verdict in words
   * @param sentence what stands behind it
   */
  public record Answer(String name, int colour, String look, String verdict, String sentence) {}

  static Judgement of(Group group) {
    return new Judgement(
        group.sentence().orElseGet(() -> counted(group)),
        group.strategies().stream().flatMap(s -> answer(group, s).stream()).toList());
  }

  private static String counted(Group group) {
    List<Difference> differences =
        group.compared().stream().flatMap(s -> s.difference().stream()).toList();
    if (differences.isEmpty()) {
      return "There is no strategy yet to compare with the baseline.";
    }
    return "Of %d strategies compared with %s, %d %s better, %d worse, and %d not distinguishable from it."
        .formatted(
            differences.size(),
            group.baseline().map(Strategy::name).orElse("the baseline"),
            count(differences, "better"),
            count(differences, "better") == 1 ? "is" : "are",
            count(differences, "worse"),
            differences.stream().filter(difference -> !difference.clear()).count());
  }

  private static long count(List<Difference> differences, String verdict) {
    return differences.stream().filter(d -> d.verdict().equals(verdict)).count();
  }

  private static Optional<Answer> answer(Group group, Strategy strategy) {
    Optional<Difference> difference = strategy.difference();
    Optional<String> said = strategy.sentence();
    if (said.isEmpty() && difference.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Answer(
            // What the host says names the strategy itself.
            said.isEmpty() ? strategy.name() : "",
            strategy.colour(),
            difference.filter(Difference::clear).map(Difference::verdict).orElse("open"),
            difference
                .map(Difference::verdict)
                .orElse(strategy.baseline() ? "baseline" : "not compared"),
            said.orElseGet(() -> figures(group, difference.get()))));
  }

  private static String figures(Group group, Difference difference) {
    OptionalDouble value = difference.value();
    OptionalDouble p = difference.number("p_adjusted");
    String size =
        value.isPresent()
            ? "The difference in "
                + group.metric()
                + " is "
                + Numerals.signed(value.getAsDouble(), group.decimals())
            : "There is no difference in " + group.metric() + " to tell of";
    return size
        + (p.isPresent() ? ", adjusted p " + Numerals.probability(p.getAsDouble()) : "")
        + "."
        + needed(difference);
  }

  private static String needed(Difference difference) {
    OptionalDouble needed = difference.number("seeds_needed");
    return needed.isPresent() && !difference.clear()
        ? " To see a difference of this size over the seeds, about "
            + Numerals.count(needed.getAsDouble())
            + " seeds are needed in all."
        : "";
  }
}
