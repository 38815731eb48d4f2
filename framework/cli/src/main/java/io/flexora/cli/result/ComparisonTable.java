package io.flexora.cli.result;

import io.flexora.cli.output.Palette;
import io.flexora.cli.output.Paragraph;
import io.flexora.cli.output.TextTable;
import io.flexora.results.comparison.ComparisonResult;
import io.flexora.results.comparison.DifferenceResult;
import io.flexora.results.comparison.Equivalence;
import io.flexora.results.comparison.GroupResult;
import io.flexora.results.comparison.StrategyResult;
import io.flexora.results.report.VerdictDecimals;
import java.math.BigDecimal;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.DoubleFunction;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The findings of a comparison: for each model and task the strategies side by side, and in words
 * which differences are real.
 *
 * @since 0.1
 */
public final class ComparisonTable {

  private static final int INDENT = 2;
  private static final int COLUMNS_OF_TEXT = 100;
  private static final double PERCENT = 100;

  /** Of more strategies than these the sentences would bury the table. */
  private static final int MOST_SENTENCES = 6;

  // How soon a column is left out.
  private static final int LAYERS = 1;
  private static final int INTERVAL = 2;
  private static final int PARAMETERS = 3;
  private static final int SECONDS = 4;

  // The titles of columns that are explained where they are shown.
  private static final String INTERVAL_TITLE = "INTERVAL";
  private static final String SECONDS_TITLE = "SECONDS";

  private final ComparisonResult comparison;

  /** A column and what stands in it. */
  private record Field(TextTable.Column column, Function<StrategyResult, String> text) {}

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
    for (GroupResult group : comparison.groups()) {
      lines.add("");
      lines.add(palette.strong(title(group)));
      TextTable strategies = table(fields(group), group.strategies());
      lines.addAll(strategies.lines(palette, room));
      Optional<TextTable> counterparts = counterparts(group);
      counterparts.ifPresent(
          table -> {
            lines.add(palette.strong("With the strategy held equal"));
            lines.addAll(table.lines(palette, room));
          });
      Predicate<String> shown =
          title ->
              strategies.shows(title, room)
                  || counterparts.filter(table -> table.shows(title, room)).isPresent();
      said(notes(group, shown), 0, room).forEach(line -> lines.add(palette.faint(line)));
      lines.addAll(said(group.sentence(), 0, room));
      lines.addAll(sentences(group, palette, room));
    }
    return lines;
  }

  private List<String> sentences(GroupResult group, Palette palette, int room) {
    if (group.strategies().size() > MOST_SENTENCES) {
      return said("The report has a sentence on each strategy.", 0, room).stream()
          .map(palette::faint)
          .toList();
    }
    List<String> lines = new ArrayList<>();
    for (StrategyResult strategy : group.strategies()) {
      lines.addAll(said(strategy.sentence(), INDENT, room));
      lines.addAll(said(ofCounterpart(strategy), INDENT, room));
    }
    return lines;
  }

  /** A table without the columns that are empty. */
  private static TextTable table(List<Field> fields, List<StrategyResult> strategies) {
    List<Field> filled =
        fields.stream()
            .filter(field -> strategies.stream().anyMatch(s -> !field.text().apply(s).isEmpty()))
            .toList();
    TextTable table = new TextTable(filled.stream().map(Field::column).toList());
    strategies.forEach(s -> table.row(filled.stream().map(f -> f.text().apply(s)).toList()));
    return table;
  }

  private List<Field> fields(GroupResult group) {
    List<Field> fields = new ArrayList<>();
    fields.add(
        new Field(
            TextTable.words("STRATEGY"),
            s -> s.exceedsBudget() ? s.name() + " " + Sign.dagger() : s.name()));
    fields.add(new Field(TextTable.words("LAYERS").ifThereIsRoom(LAYERS), s -> layers(group, s)));
    fields.add(
        new Field(
            TextTable.numbers("PARAMETERS").ifThereIsRoom(PARAMETERS),
            s -> text(s.trainableParameters(), ComparisonTable::whole)));
    fields.add(
        new Field(
            TextTable.words(group.metricName().toUpperCase(Locale.ROOT)),
            ComparisonTable::measured));
    if (seedsOfAll(group).isEmpty()) {
      fields.add(new Field(TextTable.words("SEEDS"), ComparisonTable::seeds));
    }
    fields.addAll(
        differences(group, "TO " + comparison.baseline(), StrategyResult::againstBaseline));
    fields.addAll(
        within(
            group,
            group.reference().map(reference -> " OF " + reference).orElse(""),
            group::equivalence));
    fields.add(
        new Field(
            TextTable.numbers(SECONDS_TITLE).ifThereIsRoom(SECONDS),
            s -> text(s.seconds(), x -> String.format(Locale.ROOT, "%.1f", x))));
    return fields;
  }

  /** The chosen layers; nothing of results from elsewhere, which tell of none. */
  private static String layers(GroupResult group, StrategyResult strategy) {
    boolean told =
        group.layers().isPresent()
            || strategy.cells().stream()
                .flatMap(cell -> cell.selectedLayers().stream())
                .anyMatch(chosen -> !chosen.isEmpty());
    return told ? Layers.ofSeeds(strategy.cells()) : "";
  }

  private static List<Field> differences(
      GroupResult group,
      String title,
      Function<StrategyResult, Optional<DifferenceResult>> against) {
    boolean mixed = hasInterval(group, true) && hasInterval(group, false);
    List<Field> fields = new ArrayList<>();
    fields.add(
        new Field(
            TextTable.numbers(title),
            s -> against.apply(s).map(a -> Decimals.signed(a.difference())).orElse("")));
    fields.add(
        new Field(
            TextTable.words(INTERVAL_TITLE).ifThereIsRoom(INTERVAL),
            s -> against.apply(s).map(a -> interval(a, mixed)).orElse("")));
    fields.add(
        new Field(
            TextTable.numbers("P"),
            s ->
                against
                    .apply(s)
                    .map(a -> text(a.pAdjusted(), ComparisonTable::probability))
                    .orElse("")));
    fields.add(
        new Field(
            TextTable.words("VERDICT"),
            s -> against.apply(s).map(a -> a.verdict().words()).orElse("")));
    return fields;
  }

  /** The column of the tests within a margin; none where there was no margin. */
  private static List<Field> within(
      GroupResult group, String other, Function<StrategyResult, Optional<Equivalence>> tests) {
    return group.margin().stream()
        .mapToObj(
            margin -> "WITHIN " + new BigDecimal(Double.toString(margin)).toPlainString() + other)
        .map(title -> new Field(TextTable.words(title), s -> equivalence(tests.apply(s))))
        .toList();
  }

  /** The strategies beside what they differ from in one thing; nothing where none has that. */
  private static Optional<TextTable> counterparts(GroupResult group) {
    List<Field> fields = new ArrayList<>();
    fields.add(new Field(TextTable.words("STRATEGY"), StrategyResult::name));
    fields.add(
        new Field(
            TextTable.words("AGAINST"),
            s -> s.counterpart().map(StrategyResult.Counterpart::name).orElse("")));
    fields.addAll(differences(group, "DIFFERENCE", StrategyResult::againstCounterpart));
    fields.addAll(
        within(group, "", s -> s.againstCounterpart().flatMap(DifferenceResult::equivalence)));
    List<StrategyResult> those =
        group.strategies().stream().filter(s -> s.counterpart().isPresent()).toList();
    return those.isEmpty() ? Optional.empty() : Optional.of(table(fields, those));
  }

  /**
   * What holds for all rows of a group, and would only repeat itself in each.
   *
   * @param shown whether there was room for the column of a title
   */
  private String notes(GroupResult group, Predicate<String> shown) {
    List<String> notes = new ArrayList<>();
    OptionalInt seeds = seedsOfAll(group);
    if (seeds.isPresent()) {
      notes.add(
          seeds.getAsInt() == 1
              ? "One seed for each strategy"
              : "Mean and standard deviation over %d seeds".formatted(seeds.getAsInt()));
    } else {
      notes.add("Mean and standard deviation over the seeds that have a value");
    }
    if (shown.test(INTERVAL_TITLE)) {
      notes.add(
          "interval of %s %% over %s"
              .formatted(
                  new DecimalFormat("0.##", DecimalFormatSymbols.getInstance(Locale.ROOT))
                      .format(PERCENT * comparison.confidence()),
                  hasInterval(group, true) ? "seeds" : "examples, as " + whyNotOverSeeds(group)));
    }
    if (group.differences().anyMatch(difference -> difference.pAdjusted().isPresent())) {
      notes.add(tests(group) + "adjusted by Holm's method");
    }
    if (shown.test(SECONDS_TITLE)) {
      notes.add(
          "SECONDS of search, training and evaluation"
              + (comparison.tuning().isPresent() ? ", trials of the tuning included" : ""));
    }
    if (group.strategies().stream().anyMatch(StrategyResult::exceedsBudget)) {
      notes.add(Sign.dagger() + " exceeds the budget");
    }
    return String.join("; ", notes) + ".";
  }

  /** Of which tests P is, as the interval beside it is of one of them. */
  private static String tests(GroupResult group) {
    List<DifferenceResult> differences = group.differences().toList();
    if (!DifferenceResult.anyTested(differences, DifferenceResult::overExamples)) {
      return "P ";
    }
    return DifferenceResult.anyTested(differences, DifferenceResult::overBoth)
        ? "P: the greatest of those over seeds, over examples and over both, "
        : "P: the greater of those over seeds and over examples, ";
  }

  private static String whyNotOverSeeds(GroupResult group) {
    return group
            .differences()
            .allMatch(difference -> difference.seeds() >= DifferenceResult.FEWEST_SEEDS)
        ? "each difference is the same with every seed"
        : "there are too few seeds";
  }

  /** How many seeds of each strategy have a value, if all have as many and no other has ended. */
  private static OptionalInt seedsOfAll(GroupResult group) {
    List<Integer> values =
        group.strategies().stream().map(StrategyResult::values).distinct().toList();
    boolean lacking =
        group.strategies().stream().anyMatch(strategy -> strategy.values() < ended(strategy));
    return values.size() == 1 && values.get(0) > 0 && !lacking
        ? OptionalInt.of(values.get(0))
        : OptionalInt.empty();
  }

  private static String seeds(StrategyResult strategy) {
    int values = strategy.values();
    int ended = ended(strategy);
    return values == ended ? String.valueOf(values) : "%d of %d".formatted(values, ended);
  }

  private static int ended(StrategyResult strategy) {
    return strategy.done() + strategy.failed();
  }

  /** Whether an interval over seeds is shown; or one over examples, in the place of that. */
  private static boolean hasInterval(GroupResult group, boolean overSeeds) {
    return group
        .differences()
        .anyMatch(
            difference ->
                interval(overSeeds ? difference.overSeeds() : difference.overExamples()).isPresent()
                    && (overSeeds || interval(difference.overSeeds()).isEmpty()));
  }

  /** The verdict and the p-value that it rests on. */
  private static String equivalence(Optional<Equivalence> tests) {
    return tests
        .map(
            found ->
                found.verdict().words() + text(found.pOfVerdict(), p -> ", p " + probability(p)))
        .orElse("");
  }

  /** What the counterpart adds, which may be the baseline, of which all is said. */
  private String ofCounterpart(StrategyResult strategy) {
    return strategy
        .counterpart()
        .filter(other -> !other.name().equals(comparison.baseline()))
        .map(StrategyResult.Counterpart::sentence)
        .orElse("");
  }

  private static List<String> said(String sentence, int indent, int room) {
    return sentence.isEmpty()
        ? List.of()
        : Paragraph.wrap(sentence, indent, Math.min(room, COLUMNS_OF_TEXT));
  }

  private static String title(GroupResult group) {
    return "%s on %s".formatted(group.model(), group.task())
        + (group.examples().isPresent()
            ? ", %,d test examples".formatted(group.examples().getAsLong())
            : "")
        + (group.layers().isPresent() ? ", %d layers".formatted(group.layers().getAsInt()) : "");
  }

  private static String measured(StrategyResult strategy) {
    OptionalDouble deviation = strategy.standardDeviation();
    return text(
        strategy.mean(),
        mean ->
            deviation.isPresent()
                ? Decimals.plusMinus(mean, deviation.getAsDouble())
                : Decimals.of(mean));
  }

  private static String interval(DifferenceResult against, boolean saidOver) {
    return interval(against.overSeeds())
        .or(() -> interval(against.overExamples()).map(i -> saidOver ? i + " over examples" : i))
        .orElse("");
  }

  private static Optional<String> interval(Optional<DifferenceResult.TestResult> test) {
    return test.flatMap(DifferenceResult.TestResult::interval)
        .map(i -> Decimals.interval(i.low(), i.high()));
  }

  private static String text(OptionalDouble value, DoubleFunction<String> words) {
    return value.isPresent() ? words.apply(value.getAsDouble()) : "";
  }

  private static String probability(double p) {
    return p < 0.001
        ? "<0.001"
        : String.format(Locale.ROOT, "%." + VerdictDecimals.ofPValue(p) + "f", p);
  }

  private static String whole(double number) {
    return String.format(Locale.ROOT, "%,.0f", number);
  }
}
