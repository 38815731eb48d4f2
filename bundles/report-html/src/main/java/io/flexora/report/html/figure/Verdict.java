package io.flexora.report.html.figure;

import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.run.Phase;
import io.flexora.report.html.evidence.Evidence;
import io.flexora.report.html.evidence.Outcome;
import io.flexora.results.report.Contrast;
import io.flexora.results.report.Learning;
import io.flexora.results.report.RunSentences;
import io.flexora.results.report.VerdictDecimals;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * The verdict on a run, in plain words computed from its numbers.
 *
 * @param sentence the outcome in one or two sentences
 * @param answers the main cell against each other one; absent if there is none to compare
 */
public record Verdict(String sentence, Optional<FigureTable> answers) {

  /** Judges a run. */
  public static Verdict of(Evidence evidence) {
    List<MainContrast> comparisons =
        MainContrast.of(evidence).stream()
            .sorted(Comparator.comparing(MainContrast::role))
            .toList();
    return new Verdict(
        sentence(evidence, comparisons),
        comparisons.isEmpty() ? Optional.empty() : Optional.of(answers(evidence, comparisons)));
  }

  private static String sentence(Evidence evidence, List<MainContrast> comparisons) {
    Outcome main = evidence.main();
    if (main.error().isPresent()) {
      return "The main cell failed: " + main.error().get();
    }
    if (main.layers().isEmpty()) {
      return "The run has not chosen layers yet; this page shows what is recorded so far.";
    }
    String choice = main.title() + " chose " + Extent.of(main, evidence.layers()).words();
    Optional<String> metric = evidence.decisiveMetric().filter(main.metrics()::containsKey);
    if (metric.isEmpty()) {
      return choice + "; they have not been evaluated yet.";
    }
    String score =
        choice + ": " + words(metric.get()) + " " + value(main.metrics().get(metric.get()));
    Optional<Learning> learning =
        evidence.record().result().flatMap(result -> Learning.of(result, metric.get()));
    String gained = gained(learning);
    return MainContrast.ofAllLayers(comparisons)
        .or(() -> comparisons.stream().findFirst())
        .map(
            comparison ->
                score + against(comparison, name(comparison, comparisons), metric.get(), gained))
        .map(said -> learnt(learning, comparisons, metric.get()) + said + search(main))
        .orElse(score + ". There is no other cell for comparison.");
  }

  /** Said first where it is so, as then the choice of layers means nothing or little. */
  private static String learnt(
      Optional<Learning> learning, List<MainContrast> comparisons, String metric) {
    return comparisons.stream()
        .filter(comparison -> comparison.role() == Contrast.Role.FROZEN)
        .findFirst()
        .map(comparison -> value(comparison.other().metrics().get(metric)))
        .flatMap(frozen -> learning.map(found -> learnt(found, frozen, words(metric))))
        .orElse("");
  }

  private static String learnt(Learning learning, String frozen, String metric) {
    return learning.isNothing()
        ? "Adapting layers shows no significant gain in %s on this test set: %s %s %s. "
            .formatted(
                metric,
                RunSentences.frozen(learning),
                learning.frozen().isWorse() ? "does better, with" : "has",
                frozen)
        : RunSentences.onlyOthers(learning)
            .map(sentence -> sentence + " The frozen model has " + frozen + ". ")
            .orElse("");
  }

  private static String search(Outcome main) {
    Double search = main.seconds().get(Phase.SEARCH);
    Double training = main.seconds().get(Phase.TRAIN);
    return search == null || training == null || !main.hasSearched()
        ? ""
        : " The search took %s, the training that follows %s."
            .formatted(Numerals.seconds(search), Numerals.seconds(training));
  }

  /** What the chosen layers gain of what all do; empty where that cannot be said. */
  private static String gained(Optional<Learning> learning) {
    return learning
        .flatMap(Learning::share)
        .map(share -> " " + RunSentences.of(share).replace(" %", "\u00a0%"))
        .orElse("");
  }

  /** What the other cell is called: "all layers", with its name where several adapt all. */
  private static String name(MainContrast comparison, List<MainContrast> comparisons) {
    String title = comparison.other().title();
    if (comparison.role() != Contrast.Role.ALL) {
      return title;
    }
    long several = comparisons.stream().filter(other -> other.role() == Contrast.Role.ALL).count();
    return several > 1 ? "all layers (" + title + ")" : "all layers";
  }

  private static String against(
      MainContrast comparison, String name, String metric, String gained) {
    return ", against "
        + value(comparison.other().metrics().get(metric))
        + " for "
        + name
        // The share of the gain comes with that of the parameters.
        + (gained.isEmpty() ? parameters(comparison) : "")
        + ". The difference is "
        + comparison.size()
        + "."
        + gained;
  }

  private static String parameters(MainContrast comparison) {
    OptionalDouble ours = comparison.main().parameters();
    OptionalDouble theirs = comparison.other().parameters();
    if (comparison.role() == Contrast.Role.FROZEN || ours.isEmpty() || theirs.isEmpty()) {
      return "";
    }
    double share = ours.getAsDouble() / theirs.getAsDouble();
    String times =
        share > 2 ? Numerals.fixed(share, 1) + " times " : Numerals.percent(share) + " of ";
    String whose = comparison.role() == Contrast.Role.ALL ? "their" : "its";
    return ", with " + times + whose + " trainable parameters";
  }

  private static FigureTable answers(Evidence evidence, List<MainContrast> comparisons) {
    String metric = words(evidence.decisiveMetric().orElseThrow());
    FigureTable table =
        FigureTable.of(
            "What each comparison tests",
            "Question",
            "Compared with",
            "#Gain in " + metric,
            "#Gain / its error",
            "#Parameters",
            "#Time",
            "Answer");
    for (MainContrast comparison : comparisons) {
      table.row(comparison.question(), false, answer(comparison));
    }
    return table;
  }

  private static List<String> answer(MainContrast comparison) {
    OptionalDouble errors = comparison.contrast().errors();
    return List.of(
        comparison.other().title(),
        gain(comparison),
        errors.isPresent()
            ? Numerals.signed(
                Math.copySign(errors.getAsDouble(), comparison.gain()),
                VerdictDecimals.ofErrors(errors.getAsDouble()))
            : Numerals.NONE,
        ratio(comparison, Outcome::parameters),
        ratio(comparison, Outcome::totalSeconds),
        comparison.answer());
  }

  private static String gain(MainContrast comparison) {
    OptionalDouble error = comparison.contrast().standardError();
    int decimals = Numerals.decimals(error);
    String gain = Numerals.signed(comparison.gain(), decimals);
    return error.isPresent()
        ? gain + "\u00a0±\u00a0" + Numerals.fixed(error.getAsDouble(), decimals)
        : gain;
  }

  private static String ratio(MainContrast comparison, Function<Outcome, OptionalDouble> figure) {
    OptionalDouble ours = figure.apply(comparison.main());
    double theirs = figure.apply(comparison.other()).orElse(0);
    return ours.isPresent() && theirs > 0
        ? Numerals.times(ours.getAsDouble() / theirs)
        : Numerals.NONE;
  }

  /** A measure with its standard error. */
  static String value(MetricValue measure) {
    int decimals = Numerals.decimals(measure.error());
    return value(measure, decimals);
  }

  /** A measure with its standard error, both with so many decimals. */
  static String value(MetricValue measure, int decimals) {
    Optional<MetricValue.ConfidenceInterval> ends = measure.intervalAtEnd();
    if (ends.isPresent()) {
      return "%s (%s)"
          .formatted(
              Numerals.fixed(measure.value(), decimals),
              Numerals.range(ends.get().low(), ends.get().high(), decimals));
    }
    return measure.error().isPresent()
        ? Numerals.plusMinus(measure.value(), measure.error().orElse(0), decimals)
        : Numerals.fixed(measure.value(), decimals);
  }

  /** A snake-case name as words. */
  static String words(String name) {
    return name.replace('_', ' ');
  }
}
