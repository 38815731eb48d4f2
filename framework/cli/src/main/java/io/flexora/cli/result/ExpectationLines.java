package io.flexora.cli.result;

import io.flexora.cli.output.Palette;
import io.flexora.cli.output.Paragraph;
import io.flexora.experiment.estimate.Expectation;
import io.flexora.experiment.estimate.Expectation.Departure;
import io.flexora.results.benchmark.BenchmarkedGain;
import io.flexora.results.benchmark.BenchmarkedGain.ReferenceLayers;
import io.flexora.results.benchmark.BenchmarkedResult;
import io.flexora.results.benchmark.BenchmarkedSetting;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The lines on what measurements elsewhere let expect of strategies. */
final class ExpectationLines {

  private static final int INDENT = 2;
  private static final int HANGING = 4;

  private static final String OTHER_SEARCHES =
      "Measured searches may have had other steps and batches.";

  private ExpectationLines() {}

  /**
   * What to know of all of them: a setting does not say how long a search was.
   *
   * @param expectations by what the strategies are called
   * @param searches whether such a strategy searches
   * @return empty if none that was measured does
   */
  static Optional<String> caution(
      Map<String, Expectation> expectations, Predicate<String> searches) {
    boolean measured =
        expectations.entrySet().stream()
            .filter(strategy -> strategy.getValue().nearest().isPresent())
            .anyMatch(strategy -> searches.test(strategy.getKey()));
    return measured ? Optional.of(OTHER_SEARCHES) : Optional.empty();
  }

  /**
   * A paragraph for each strategy. What is as it was for the one before is not said again.
   *
   * @param expectations by what the strategies are called
   * @param columns the width of a line
   */
  static List<String> each(Map<String, Expectation> expectations, Palette palette, int columns) {
    List<String> lines = new ArrayList<>();
    Optional<Expectation> before = Optional.empty();
    for (Map.Entry<String, Expectation> strategy : expectations.entrySet()) {
      Expectation expectation = strategy.getValue();
      boolean there = before.isPresent() && isThere(expectation, before.get());
      lines.addAll(
          Paragraph.hanging(
              " ".repeat(INDENT) + palette.strong(strategy.getKey()) + ": ",
              there
                  ? "there " + expectation.nearest().orElseThrow().results() + "."
                  : text(expectation),
              HANGING,
              columns));
      before = Optional.of(expectation);
    }
    return lines;
  }

  private static boolean isThere(Expectation expectation, Expectation before) {
    Optional<BenchmarkedSetting> setting = expectation.nearest().map(BenchmarkedResult::setting);
    return setting.isPresent()
        && setting.equals(before.nearest().map(BenchmarkedResult::setting))
        && expectation.departures().equals(before.departures());
  }

  private static String text(Expectation expectation) {
    if (expectation.nearest().isEmpty()) {
      return expectation.missing().orElseThrow() + ".";
    }
    String sentence = expectation.nearest().get().sentence();
    return expectation.departures().isEmpty()
        ? sentence
        : sentence + " " + here(expectation.departures().stream().map(Departure::line).toList());
  }

  private static String here(List<String> departures) {
    return "Here: " + String.join(", ", departures) + ".";
  }

  /**
   * A sentence or two for all strategies that were measured in the same setting, and one for those
   * that were not measured.
   *
   * @param expectations by what the strategies are called, one for each experiment of it
   */
  static List<String> together(Map<String, List<Expectation>> expectations) {
    Map<BenchmarkedSetting, Together> settings = new LinkedHashMap<>();
    Map<String, Set<String>> missing = new LinkedHashMap<>();
    expectations.forEach(
        (strategy, all) -> {
          for (Expectation expectation : all) {
            if (expectation.nearest().isPresent()) {
              settings
                  .computeIfAbsent(expectation.nearest().get().setting(), Together::new)
                  .add(strategy, expectation);
            } else {
              missing
                  .computeIfAbsent(expectation.missing().orElseThrow(), m -> new LinkedHashSet<>())
                  .add(strategy);
            }
          }
        });
    List<String> sentences = new ArrayList<>();
    settings.values().forEach(setting -> sentences.add(setting.text()));
    missing.forEach((why, which) -> sentences.add(String.join(", ", which) + ": " + why + "."));
    return sentences;
  }

  /** The measurements of one setting. */
  private static final class Together {

    private final BenchmarkedSetting setting;
    private final Map<String, Map<String, Set<String>>> overRandom = new LinkedHashMap<>();
    private final Map<String, Set<String>> overOthers = new LinkedHashMap<>();
    private final Set<String> departures = new LinkedHashSet<>();

    Together(BenchmarkedSetting setting) {
      this.setting = setting;
    }

    void add(String strategy, Expectation expectation) {
      BenchmarkedGain first = expectation.nearest().orElseThrow().gains().get(0);
      boolean random = first.to() == ReferenceLayers.RANDOM;
      Map<String, Set<String>> gains =
          random
              ? overRandom.computeIfAbsent(first.overTasks(), tasks -> new LinkedHashMap<>())
              : overOthers;
      gains
          .computeIfAbsent(strategy, s -> new LinkedHashSet<>())
          .add(random ? first.signed() : first.words(setting.budget()));
      expectation.departures().stream().map(Departure::line).forEach(departures::add);
    }

    String text() {
      List<String> results = new ArrayList<>();
      overRandom.forEach(
          (tasks, gains) ->
              results.add(
                  "above %d random layers %s: %s"
                      .formatted(setting.budget(), tasks, joined(gains))));
      if (!overOthers.isEmpty()) {
        results.add(joined(overOthers));
      }
      String measured =
          "Measured on %s (%s) in points of accuracy, %s."
              .formatted(setting.words(), setting.source(), String.join("; ", results));
      return departures.isEmpty() ? measured : measured + " " + here(List.copyOf(departures));
    }

    private static String joined(Map<String, Set<String>> results) {
      return results.entrySet().stream()
          .map(result -> result.getKey() + " " + String.join(", ", result.getValue()))
          .collect(Collectors.joining(", "));
    }
  }

  /** The same for programs. */
  static Map<String, Object> members(Expectation expectation) {
    Map<String, Object> members = new LinkedHashMap<>();
    expectation.nearest().ifPresent(nearest -> add(nearest, members));
    expectation.missing().ifPresent(why -> members.put("missing", why));
    members.put(
        "outside",
        expectation.departures().stream()
            .map(departure -> Map.of("what", departure.what(), "factor", departure.factor()))
            .toList());
    return members;
  }

  private static void add(BenchmarkedResult nearest, Map<String, Object> members) {
    BenchmarkedSetting setting = nearest.setting();
    members.put("model", lower(setting.model()));
    members.put("layers", setting.layers());
    members.put("budget", setting.budget());
    members.put("rows", setting.rows());
    members.put("epochs", setting.passes());
    members.put("seeds", setting.seeds());
    members.put("source", setting.source());
    members.put("gains", nearest.gains().stream().map(ExpectationLines::members).toList());
  }

  private static Map<String, Object> members(BenchmarkedGain gain) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("to", lower(gain.to()));
    members.put("tasks", gain.tasks());
    members.put("fewest_classes", gain.fewestClasses());
    members.put("most_classes", gain.mostClasses());
    members.put("points", gain.points());
    gain.interval()
        .ifPresent(
            interval -> {
              members.put("low", interval.low());
              members.put("high", interval.high());
            });
    return members;
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
