package io.flexora.report.html.comparison.figure;

import io.flexora.report.html.comparison.Difference;
import io.flexora.report.html.comparison.Group;
import io.flexora.report.html.comparison.Strategy;
import io.flexora.report.html.figure.Numerals;
import java.util.List;
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
   * @param name the strategy
   * @param colour the number of its colour
   * @param look {@code better}, {@code worse} or {@code open}
   * @param verdict the verdict in words
   * @param sentence what stands behind it
   */
  public record Answer(String name, int colour, String look, String verdict, String sentence) {}

  static Judgement of(Group group) {
    List<Answer> answers =
        group.compared().stream()
            .map(strategy -> answer(group, strategy, strategy.difference().orElseThrow()))
            .toList();
    return new Judgement(group.sentence().orElseGet(() -> counted(group)), answers);
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

  private static Answer answer(Group group, Strategy strategy, Difference difference) {
    return new Answer(
        strategy.name(),
        strategy.colour(),
        difference.clear() ? difference.verdict() : "open",
        verdict(difference),
        strategy.sentence().orElseGet(() -> figures(group, difference)));
  }

  private static String verdict(Difference difference) {
    OptionalDouble needed = difference.number("seeds_needed");
    return needed.isPresent() && !difference.clear()
        ? difference.verdict() + "; seeds needed: " + Numerals.count(needed.getAsDouble())
        : difference.verdict();
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
        + ".";
  }
}
