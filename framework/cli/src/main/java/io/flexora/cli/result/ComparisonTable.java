package io.flexora.cli.result;

import io.flexora.api.metric.MetricDescription;
import io.flexora.api.report.ComparisonResult;
import io.flexora.cli.output.Palette;
import io.flexora.cli.output.Paragraph;
import io.flexora.cli.output.Table;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.DoubleFunction;
import java.util.stream.Stream;

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
          Table.numbers("PARAMETERS").ifThereIsRoom(),
          Table.words("METRIC"),
          Table.words("DIFFERENCE"),
          Table.numbers("P ADJUSTED"),
          Table.words("VERDICT"),
          Table.numbers("SECONDS").ifThereIsRoom());
  private static final List<Table.Column> COUNTERPARTS =
      List.of(
          Table.words("STRATEGY"),
          Table.words("AGAINST"),
          Table.words("DIFFERENCE"),
          Table.numbers("P ADJUSTED"),
          Table.words("VERDICT"));
  private static final int INDENT = 2;
  private static final int COLUMNS_OF_TEXT = 100;
  private static final int METRIC = 3;
  private static final int DIFFERENCE = 4;
  private static final int WITHIN = 7;

  private final ComparisonResult comparison;

  /** Makes the table. */
  public ComparisonTable(ComparisonResult comparison) {
    this.comparison = comparison;
  }

  /**
   * The lines, an empty one before each group.
   *
   * @param room how many characters a line may have
   */
  public List<String> lines(Palette palette, int room) {
    List<String> lines = new ArrayList<>();
    for (ComparisonResult.Group group : comparison.groups()) {
      lines.add("");
      lines.add(palette.strong(title(group)));
      Table table = new Table(columns(group));
      group.strategies().forEach(strategy -> table.row(row(group, strategy)));
      lines.addAll(table.lines(palette, room));
      lines.addAll(counterparts(group, palette, room));
      lines.addAll(said(group.sentence(), 0, room));
      for (ComparisonResult.Strategy strategy : group.strategies()) {
        lines.addAll(said(strategy.sentence(), INDENT, room));
        lines.addAll(said(ofCounterpart(strategy), INDENT, room));
      }
    }
    return lines;
  }

  /** The strategies beside what they differ from in one thing; nothing where none has that. */
  private static List<String> counterparts(
      ComparisonResult.Group group, Palette palette, int room) {
    List<Table.Column> columns = new ArrayList<>(COUNTERPARTS);
    margin(group).ifPresent(margin -> columns.add(within(margin)));
    Table table = new Table(columns);
    List<ComparisonResult.Strategy> those =
        group.strategies().stream().filter(s -> s.counterpart().isPresent()).toList();
    those.forEach(
        strategy -> table.row(row(group, strategy, strategy.counterpart().orElseThrow())));
    return those.isEmpty()
        ? List.of()
        : Stream.concat(
                Stream.of(palette.strong("With the strategy held equal")),
                table.lines(palette, room).stream())
            .toList();
  }

  private static List<String> row(
      ComparisonResult.Group group,
      ComparisonResult.Strategy strategy,
      ComparisonResult.Counterpart other) {
    Optional<ComparisonResult.Difference> against = other.difference();
    List<String> row =
        new ArrayList<>(
            List.of(
                strategy.name(),
                other.name(),
                against.map(ComparisonTable::difference).orElse(""),
                against.map(a -> text(a.pAdjusted(), ComparisonTable::probability)).orElse(""),
                against.map(a -> a.verdict().words()).orElse("")));
    margin(group).ifPresent(margin -> row.add(equivalence(against)));
    return row;
  }

  /** The margin within which the group's strategies were tested; empty where there was none. */
  private static Optional<Double> margin(ComparisonResult.Group group) {
    return group.strategies().stream()
        .flatMap(
            strategy ->
                Stream.concat(
                    strategy.againstBaseline().stream(),
                    strategy.counterpart().flatMap(c -> c.difference()).stream()))
        .flatMap(difference -> difference.equivalence().stream())
        .map(ComparisonResult.Equivalence::margin)
        .findFirst();
  }

  private static Table.Column within(double margin) {
    return Table.words("WITHIN " + new BigDecimal(Double.toString(margin)).toPlainString());
  }

  /** The verdict and the p-value that it rests on. */
  private static String equivalence(Optional<ComparisonResult.Difference> against) {
    return against
        .flatMap(ComparisonResult.Difference::equivalence)
        .map(
            found ->
                found.verdict().words() + text(found.pOfVerdict(), p -> ", p " + probability(p)))
        .orElse("");
  }

  /** What the counterpart adds, which may be the baseline, of which all is said. */
  private String ofCounterpart(ComparisonResult.Strategy strategy) {
    return strategy
        .counterpart()
        .filter(other -> !other.name().equals(comparison.baseline()))
        .map(ComparisonResult.Counterpart::sentence)
        .orElse("");
  }

  private static List<String> said(String sentence, int indent, int room) {
    return sentence.isEmpty()
        ? List.of()
        : Paragraph.wrap(sentence, indent, Math.min(room, COLUMNS_OF_TEXT));
  }

  private static String title(ComparisonResult.Group group) {
    return "%s on %s".formatted(group.task(), group.model())
        + (group.examples().isPresent()
            ? ", %,d test examples".formatted(group.examples().getAsLong())
            : "")
        + (group.layers().isPresent() ? ", %d layers".formatted(group.layers().getAsInt()) : "");
  }

  private List<Table.Column> columns(ComparisonResult.Group group) {
    List<Table.Column> columns = new ArrayList<>(COLUMNS);
    String metric = group.metric().map(MetricDescription::name).orElse("metric");
    columns.set(METRIC, Table.words(metric.toUpperCase(Locale.ROOT).replace('_', ' ')));
    columns.set(DIFFERENCE, Table.words("TO " + comparison.baseline()));
    margin(group).ifPresent(margin -> columns.add(WITHIN, within(margin)));
    return columns;
  }

  private static List<String> row(
      ComparisonResult.Group group, ComparisonResult.Strategy strategy) {
    Optional<ComparisonResult.Difference> against = strategy.againstBaseline();
    List<String> row =
        new ArrayList<>(
            List.of(
                strategy.name(),
                ChosenLayers.of(strategy.cells()),
                text(strategy.trainableParameters(), ComparisonTable::whole),
                measured(strategy),
                against.map(ComparisonTable::difference).orElse(""),
                against.map(a -> text(a.pAdjusted(), ComparisonTable::probability)).orElse(""),
                against.map(a -> a.verdict().words()).orElse(""),
                text(strategy.seconds(), s -> String.format(Locale.ROOT, "%.1f", s))));
    margin(group).ifPresent(margin -> row.add(WITHIN, equivalence(against)));
    return row;
  }

  private static String measured(ComparisonResult.Strategy strategy) {
    String deviation =
        text(strategy.standardDeviation(), sd -> " " + Sign.plusMinus() + " " + decimal(sd));
    String failed = strategy.failed() > 0 ? ", " + strategy.failed() + " failed" : "";
    String count = " (" + strategy.done() + failed + ")";
    return (text(strategy.mean(), ComparisonTable::decimal) + deviation + count).strip();
  }

  private static String difference(ComparisonResult.Difference against) {
    return signed(against.difference())
        + interval(against.overSeeds())
            .or(() -> interval(against.overExamples()).map(interval -> interval + " over examples"))
            .orElse("");
  }

  private static Optional<String> interval(Optional<ComparisonResult.Test> test) {
    return test.flatMap(ComparisonResult.Test::interval)
        .map(i -> " [" + signed(i.low()) + ", " + signed(i.high()) + "]");
  }

  private static String text(OptionalDouble value, DoubleFunction<String> words) {
    return value.isPresent() ? words.apply(value.getAsDouble()) : "";
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
