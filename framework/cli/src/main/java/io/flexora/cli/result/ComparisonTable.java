package io.flexora.cli.result;

import io.flexora.cli.output.Palette;
import io.flexora.cli.output.Paragraph;
import io.flexora.cli.output.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a comparison found: for each model and task the strategies side by side, and in words which
 * differences are real.
 *
 * @since 0.1
 */
public final class ComparisonTable {

  private static final List<Table.Column> COLUMNS =
      List.of(
          Table.words("STRATEGY"),
          Table.words("LAYERS"),
          Table.numbers("PARAMETERS"),
          Table.words("METRIC"),
          Table.words("DIFFERENCE"),
          Table.numbers("P ADJUSTED"),
          Table.words("VERDICT"),
          Table.numbers("SECONDS"));
  private static final int INDENT = 2;
  private static final int COLUMNS_OF_TEXT = 100;
  private static final int METRIC = 3;
  private static final int DIFFERENCE = 4;

  private final Members comparison;

  /**
   * Makes the table.
   *
   * @param result the content of {@code comparison.json}
   */
  public ComparisonTable(Map<String, Object> result) {
    this.comparison = new Members(result);
  }

  /** The lines, an empty one before each group. */
  public List<String> lines(Palette palette) {
    List<String> lines = new ArrayList<>();
    for (Members group : comparison.list("groups")) {
      lines.add("");
      lines.add(palette.strong(title(group)));
      Table table = new Table(columns(group));
      group.list("strategies").forEach(strategy -> table.row(row(strategy)));
      lines.addAll(table.lines(palette));
      lines.addAll(said(group, 0));
      group.list("strategies").forEach(strategy -> lines.addAll(said(strategy, INDENT)));
    }
    return lines;
  }

  private static List<String> said(Members of, int indent) {
    String sentence = of.text("sentence");
    return sentence.isEmpty() ? List.of() : Paragraph.wrap(sentence, indent, COLUMNS_OF_TEXT);
  }

  private static String title(Members group) {
    return "%s on %s".formatted(group.text("task"), group.text("model"))
        + group
            .number("examples")
            .map(n -> ", %,d test examples".formatted(n.longValue()))
            .orElse("")
        + group.number("layers").map(n -> ", %d layers".formatted(n.longValue())).orElse("");
  }

  private List<Table.Column> columns(Members group) {
    List<Table.Column> columns = new ArrayList<>(COLUMNS);
    String metric = group.view("metric").map(m -> m.text("name")).orElse("metric");
    columns.set(METRIC, Table.words(metric.toUpperCase(Locale.ROOT).replace('_', ' ')));
    columns.set(DIFFERENCE, Table.words("TO " + comparison.text("baseline")));
    return columns;
  }

  private static List<String> row(Members strategy) {
    Optional<Members> against = strategy.view("against_baseline");
    return List.of(
        strategy.text("name"),
        ChosenLayers.of(strategy.list("cells")),
        strategy.number("trainable_parameters").map(ComparisonTable::whole).orElse(""),
        measured(strategy),
        against.map(ComparisonTable::difference).orElse(""),
        against.flatMap(a -> a.number("p_adjusted")).map(ComparisonTable::probability).orElse(""),
        against.map(a -> a.text("verdict")).orElse(""),
        strategy.number("seconds").map(s -> String.format(Locale.ROOT, "%.1f", s)).orElse(""));
  }

  private static String measured(Members strategy) {
    long failed = strategy.number("failed").map(Double::longValue).orElse(0L);
    long done = strategy.number("done").map(Double::longValue).orElse(0L);
    String mean = strategy.number("mean").map(ComparisonTable::decimal).orElse("");
    String deviation =
        strategy
            .number("standard_deviation")
            .map(sd -> " " + Sign.plusMinus() + " " + decimal(sd))
            .orElse("");
    String count = " (" + done + (failed > 0 ? ", " + failed + " failed" : "") + ")";
    return (mean + deviation + count).strip();
  }

  private static String difference(Members against) {
    Optional<Members> over = against.view("over_seeds").or(() -> against.view("over_examples"));
    String overWhat = against.view("over_seeds").isPresent() ? "" : " over examples";
    List<Double> interval = over.map(o -> o.numbers("interval")).orElse(List.of());
    return against.number("difference").map(ComparisonTable::signed).orElse("")
        + (interval.size() == 2
            ? " [" + signed(interval.get(0)) + ", " + signed(interval.get(1)) + "]" + overWhat
            : "");
  }

  private static String probability(double p) {
    return p < 0.001 ? "<0.001" : String.format(Locale.ROOT, "%.3f", p);
  }

  private static String whole(double number) {
    return String.format(Locale.ROOT, "%,.0f", number);
  }

  private static String decimal(double number) {
    return String.format(Locale.ROOT, "%.4f", number);
  }

  private static String signed(double number) {
    return String.format(Locale.ROOT, "%+.4f", number);
  }
}
