package io.flexora.report.html.comparison.figure;

import io.flexora.report.html.comparison.Findings;
import io.flexora.report.html.comparison.Group;
import io.flexora.report.html.comparison.Strategy;
import io.flexora.report.html.figure.Cover;
import io.flexora.report.html.figure.Numerals;
import io.flexora.results.comparison.ComparisonResult;
import io.flexora.results.comparison.Tuning;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The head of the page.
 *
 * @param name the comparison's name
 * @param date when its first run began, in UTC
 * @param setting what was compared
 */
public record Heading(String name, Optional<String> date, List<Cover.Fact> setting) {

  static Heading of(Findings findings) {
    return new Heading(
        findings.record().name(), findings.began().map(Numerals::date), setting(findings));
  }

  /** What the page is about. */
  public String kind() {
    return "Flexora comparison";
  }

  private static List<Cover.Fact> setting(Findings findings) {
    List<Cover.Fact> items = new ArrayList<>();
    items.add(item("model", names(findings, group -> group.found().model())));
    items.add(item("task", names(findings, group -> group.found().task())));
    items.add(item("strategies", strategies(findings)));
    items.add(item("baseline", findings.baseline()));
    items.add(item("seeds", seeds(findings)));
    items.add(item("held equal", budget(findings.record().result().budget())));
    findings.record().result().tuning().ifPresent(tuned -> items.add(item("tuned", tuned(tuned))));
    items.add(item("results", done(findings)));
    return items.stream().filter(item -> !item.value().isEmpty()).toList();
  }

  private static Cover.Fact item(String name, String value) {
    return new Cover.Fact(name, value, "");
  }

  private static String names(Findings findings, Function<Group, String> name) {
    return findings.groups().stream().map(name).distinct().collect(Collectors.joining(", "));
  }

  private static String strategies(Findings findings) {
    return findings.groups().stream()
        .map(group -> Integer.toString(group.strategies().size()))
        .findFirst()
        .orElse("");
  }

  private static String seeds(Findings findings) {
    List<Long> seeds = findings.record().result().seeds().stream().sorted().toList();
    return seeds.isEmpty() ? "" : seeds.size() + " (" + Numerals.ranges(seeds) + ")";
  }

  private static String budget(ComparisonResult.Budget budget) {
    OptionalDouble amount = budget.amount();
    String held =
        amount.isPresent() ? amount(amount.getAsDouble()) + " " + budget.hold() : budget.hold();
    return budget.hold().equals("seconds")
        ? held + ", search " + budget.search() + tuning(budget)
        : held;
  }

  /** A number above 0 as somebody wrote it. */
  private static String amount(double number) {
    return number == Math.rint(number) ? Numerals.count(number) : Numerals.written(number);
  }

  private static String tuning(ComparisonResult.Budget budget) {
    return budget.tuning().equals("included") ? ", tuning included" : "";
  }

  private static String tuned(Tuning.Tuned tuned) {
    String length =
        tuned.trials().isPresent()
            ? tuned.trials().getAsInt() + " settings"
            : Numerals.seconds(tuned.seconds().orElse(0));
    return "%s by %s, %s for each strategy and seed, judged by %s of the validation examples%s"
        .formatted(
            String.join(", ", tuned.options()),
            tuned.tuner(),
            length,
            Numerals.percent(tuned.share()),
            tuned.tiesInWords().stream().map("; "::concat).collect(Collectors.joining()));
  }

  private static String done(Findings findings) {
    List<Strategy> strategies =
        findings.groups().stream().flatMap(group -> group.strategies().stream()).toList();
    int all = strategies.stream().mapToInt(strategy -> strategy.cells().size()).sum();
    int done = strategies.stream().mapToInt(strategy -> strategy.done().size()).sum();
    return all == 0 ? "" : done + " of " + all;
  }
}
