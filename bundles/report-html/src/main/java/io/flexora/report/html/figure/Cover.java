package io.flexora.report.html.figure;

import static java.util.stream.Collectors.joining;

import io.flexora.api.evaluate.MetricValue;
import io.flexora.report.html.evidence.ChosenExtension;
import io.flexora.report.html.evidence.Evidence;
import io.flexora.report.html.evidence.Outcome;
import io.flexora.results.report.Contrast;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.DoubleFunction;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The head of the page.
 *
 * @param name the run's name
 * @param date when it began, in UTC
 * @param setting what was run: model, data, task, seed
 * @param figures the main cell's key figures
 * @param failures the cells that failed, with their messages
 */
public record Cover(
    String name,
    Optional<String> date,
    List<Fact> setting,
    List<Fact> figures,
    List<Fact> failures) {

  private static final Set<Contrast.Role> QUESTIONS =
      Set.of(Contrast.Role.FROZEN, Contrast.Role.AS_MANY, Contrast.Role.ALL);

  /** A named fact with what puts it into proportion; the note may be empty. */
  public record Fact(String name, String value, String note) {}

  /** What the page is about. */
  public String kind() {
    return "Flexora run";
  }

  /** Writes the cover. */
  public static Cover of(Evidence evidence) {
    return new Cover(
        evidence.record().name(),
        evidence.began().map(Numerals::date),
        setting(evidence),
        figures(evidence),
        evidence.outcomes().stream()
            .filter(outcome -> outcome.error().isPresent())
            .map(outcome -> new Fact(outcome.title(), outcome.error().get(), ""))
            .toList());
  }

  private static List<Fact> setting(Evidence evidence) {
    String configuration = evidence.record().configuration();
    List<Fact> items = new ArrayList<>();
    for (String section : List.of("model", "dataset", "task", "adapter")) {
      ChosenExtension.of(configuration, section)
          .map(
              use ->
                  ChosenExtension.in(configuration, section, "source")
                      .filter(source -> section.equals("model"))
                      .map(source -> use + " " + source)
                      .orElse(use))
          .ifPresent(value -> items.add(new Fact(section, value, "")));
    }
    evidence
        .record()
        .result()
        .map(result -> Long.toString(result.main().outcome().seed()))
        .ifPresent(seed -> items.add(new Fact("seed", seed, "")));
    evidence.took().filter(time -> !time.isZero()).ifPresent(time -> items.add(took(time)));
    return items;
  }

  private static Fact took(Duration time) {
    return new Fact("took", Numerals.seconds(time.toMillis() / 1000.0), "");
  }

  private static List<Fact> figures(Evidence evidence) {
    Outcome main = evidence.main();
    Optional<Outcome> all =
        MainContrast.ofAllLayers(MainContrast.of(evidence))
            .map(MainContrast::other)
            .or(
                () ->
                    evidence.others().stream()
                        .filter(other -> other.adaptsAll(evidence.layers()))
                        .findFirst());
    return Stream.of(
            evidence.decisiveMetric().flatMap(metric -> score(evidence, metric)),
            adapted(main, evidence.layers()),
            parameters(main, all),
            time(main, all),
            memory(main, all))
        .flatMap(Optional::stream)
        .toList();
  }

  private static Optional<Fact> score(Evidence evidence, String metric) {
    return Optional.ofNullable(evidence.main().metrics().get(metric))
        .map(
            measure ->
                new Fact(Verdict.words(metric), Verdict.value(measure), others(evidence, metric)));
  }

  /** What frozen layers, as many others and all layers have. */
  private static String others(Evidence evidence, String metric) {
    return evidence.others().stream()
        .flatMap(other -> MainContrast.of(evidence, other, metric).stream())
        .filter(comparison -> QUESTIONS.contains(comparison.role()))
        .map(comparison -> value(comparison.other(), metric))
        .collect(joining(", "));
  }

  private static String value(Outcome other, String metric) {
    MetricValue measure = other.metrics().get(metric);
    int decimals = Numerals.decimals(measure.error());
    return other.title() + ": " + Numerals.fixed(measure.value(), decimals);
  }

  private static Optional<Fact> adapted(Outcome main, int layers) {
    return Optional.of(main)
        .filter(cell -> cell.layers().isPresent())
        .map(cell -> Extent.of(cell, layers))
        .map(extent -> new Fact(extent.what() + " adapted", extent.count(), extent.note()));
  }

  private static Optional<Fact> parameters(Outcome main, Optional<Outcome> all) {
    return Optional.of(main.parameters())
        .filter(own -> own.isPresent())
        .map(
            own ->
                new Fact(
                    "trainable parameters",
                    Numerals.count(own.getAsDouble()),
                    note(all, other -> other.parameters(), Numerals::count)));
  }

  private static Optional<Fact> time(Outcome main, Optional<Outcome> all) {
    return Optional.of(main.totalSeconds())
        .filter(own -> own.isPresent())
        .map(
            own ->
                new Fact(
                    "time, including search",
                    Numerals.seconds(own.getAsDouble()),
                    note(all, other -> other.totalSeconds(), Numerals::seconds)));
  }

  private static Optional<Fact> memory(Outcome main, Optional<Outcome> all) {
    return Optional.of(main.peak())
        .filter(own -> own.isPresent())
        .map(
            own ->
                new Fact(
                    "peak memory",
                    Numerals.bytes(own.getAsDouble()),
                    note(all, other -> other.peak(), Numerals::bytes)));
  }

  private static String note(
      Optional<Outcome> all,
      Function<Outcome, OptionalDouble> figure,
      DoubleFunction<String> words) {
    return all.map(figure)
        .filter(theirs -> theirs.isPresent())
        .map(theirs -> "all layers: " + words.apply(theirs.getAsDouble()))
        .orElse("");
  }
}
