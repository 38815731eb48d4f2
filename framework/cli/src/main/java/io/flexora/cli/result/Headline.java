package io.flexora.cli.result;

import io.flexora.api.run.Phase;
import io.flexora.cli.output.Palette;
import io.flexora.cli.output.Paragraph;
import io.flexora.cli.output.TextTable;
import io.flexora.results.report.Contrast;
import io.flexora.results.report.Learning;
import io.flexora.results.report.RunSentences;
import io.flexora.results.run.CellOutcome;
import io.flexora.results.run.RunResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The result of a run in a few lines: the main cell against each other one on the same test
 * examples, whether anything was learnt, its share of what all layers gain, and what the search
 * cost.
 *
 * @since 0.1
 */
public final class Headline {

  private final RunResult result;
  private final CellOutcome main;
  private final Map<String, Contrast> contrasts = new LinkedHashMap<>();

  /** Reads a result. */
  public Headline(RunResult result) {
    this.result = result;
    this.main = result.main().outcome();
    result
        .baselines()
        .keySet()
        .forEach(name -> contrast(name).ifPresent(c -> contrasts.put(name, c)));
  }

  private Optional<Contrast> contrast(String name) {
    return main.deciding().flatMap(metric -> Contrast.of(result, name, metric));
  }

  /** The lines; none if there is no other cell to compare with. */
  public List<String> lines(Palette palette, int columns) {
    List<String> lines = new ArrayList<>();
    if (contrasts.isEmpty()) {
      return lines;
    }
    TextTable table =
        new TextTable(
            List.of(
                TextTable.words("MAIN AGAINST"),
                TextTable.numbers("GAIN"),
                TextTable.words("VERDICT")));
    contrasts.forEach(
        (name, contrast) -> table.row(List.of(name, gain(contrast), words(name, contrast))));
    lines.addAll(table.lines(palette, columns));
    main.deciding()
        .flatMap(metric -> Learning.of(result, metric))
        .ifPresent(learning -> lines.addAll(learnt(learning, palette, columns)));
    lines.addAll(cost());
    lines.addAll(
        Paragraph.wrap(
            "This is one seed on these test examples; 'flexora compare' repeats it over seeds.",
            0,
            columns));
    return lines;
  }

  private static String gain(Contrast contrast) {
    OptionalDouble error = contrast.standardError();
    return error.isPresent()
        ? Decimals.signedPlusMinus(contrast.gain(), error.getAsDouble())
        : Decimals.signed(contrast.gain());
  }

  private String words(String name, Contrast contrast) {
    String verdict = verdict(contrast);
    long theirs = result.baselines().get(name).outcome().trainableParameters();
    return theirs == 0
            || contrast.role() == Contrast.Role.FROZEN
            || contrast.role() == Contrast.Role.POSTERIOR
        ? verdict
        : verdict + ", " + parameters(theirs);
  }

  private static String verdict(Contrast contrast) {
    if (contrast.isSame()) {
      return "the same on each example";
    }
    if (contrast.standardError().isEmpty()) {
      return "no standard error is known";
    }
    if (!contrast.isClear()) {
      return "not distinguishable";
    }
    String verdict = contrast.gain() > 0 ? "better" : "worse";
    return contrast.isUniform() ? verdict + ", the same difference on each test example" : verdict;
  }

  private String parameters(long theirs) {
    return main.trainableParameters() == theirs
        ? "as many parameters"
        : String.format(
            Locale.ROOT, "%.0f %% of its parameters", 100.0 * main.trainableParameters() / theirs);
  }

  private List<String> learnt(Learning learning, Palette palette, int columns) {
    List<String> lines = new ArrayList<>();
    if (learning.isNothing()) {
      lines.addAll(
          Paragraph.hanging(
              palette.bad("Adapting layers shows no significant gain") + " ",
              "in %s on the test examples: %s %s."
                  .formatted(
                      main.deciding().orElseThrow(),
                      RunSentences.frozen(learning),
                      learning.frozen().isWorse() ? "does better" : "is not distinguishable"),
              0,
              columns));
    }
    RunSentences.onlyOthers(learning)
        .ifPresent(sentence -> lines.addAll(Paragraph.wrap(sentence, 0, columns)));
    learning
        .share()
        .ifPresent(share -> lines.addAll(Paragraph.wrap(RunSentences.of(share), 0, columns)));
    return lines;
  }

  private List<String> cost() {
    double search = main.seconds(Phase.SEARCH);
    return main.hasSearched()
        ? List.of(
            String.format(
                Locale.ROOT,
                "The search took %.1f s, the training that follows %.1f s.",
                search,
                main.seconds(Phase.TRAIN)))
        : List.of();
  }
}
