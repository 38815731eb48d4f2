package io.flexora.cli.result;

import io.flexora.api.evaluate.MetricValue;
import io.flexora.cli.output.Palette;
import io.flexora.cli.output.Paragraph;
import io.flexora.cli.output.TextTable;
import io.flexora.results.run.CellOutcome;
import io.flexora.results.run.OutcomeColumn;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The cells of a run side by side: layers, trainable parameters, the deciding metric and seconds;
 * and what they did on further test sets.
 *
 * @since 0.1
 */
public final class ResultTable {

  /** The heading where every cell failed. */
  private static final String NO_METRIC = "metric";

  private static final String ERRORS = "After %s: the standard error over the test examples.";

  private static final List<OutcomeColumn> MORE = OutcomeColumn.in(OutcomeColumn.Table.TERMINAL);

  private final Map<String, String> strategies;
  private final Map<String, CellOutcome> cells;
  private final String metric;

  /**
   * Makes the table.
   *
   * @param strategies the strategy of each cell, by the cell's name
   * @param cells the outcome of each cell, in order
   */
  public ResultTable(Map<String, String> strategies, Map<String, CellOutcome> cells) {
    this.strategies = strategies;
    this.cells = cells;
    metric =
        cells.values().stream()
            .flatMap(cell -> cell.deciding().stream())
            .findFirst()
            .orElse(NO_METRIC);
  }

  /** Whether a cell failed. */
  public boolean failed() {
    return cells.values().stream().anyMatch(cell -> cell.failure().isPresent());
  }

  /**
   * The lines of the table, those of further test sets, then a line for each cell that failed.
   *
   * @param columns how many characters a line may have
   */
  public List<String> lines(Palette palette, int columns) {
    List<TextTable.Column> heads =
        new ArrayList<>(
            List.of(
                TextTable.words("CELL"),
                TextTable.words("STRATEGY"),
                TextTable.words("LAYERS"),
                TextTable.numbers("PARAMETERS").ifThereIsRoom(1),
                TextTable.numbers(heading(metric)),
                TextTable.numbers("SECONDS").ifThereIsRoom(2)));
    MORE.forEach(column -> heads.add(TextTable.numbers(heading(column.title())).ifThereIsRoom(1)));
    TextTable table = new TextTable(heads);
    cells.forEach((name, cell) -> table.row(row(name, cell)));
    List<String> lines = new ArrayList<>(table.lines(palette, columns));
    testSets().forEach(testSet -> lines.addAll(onTestSet(testSet, palette, columns)));
    if (hasErrors()) {
      Paragraph.wrap(ERRORS.formatted(Sign.plusMinus()), 0, columns)
          .forEach(line -> lines.add(palette.faint(line)));
    }
    cells.forEach(
        (name, cell) ->
            cell.failure()
                .ifPresent(
                    cause ->
                        lines.add(
                            Paragraph.fitted(palette.bad(name + " failed: ") + cause, columns))));
    return lines;
  }

  /** Whether some value that is shown has a standard error. */
  private boolean hasErrors() {
    return cells.values().stream()
        .flatMap(
            cell ->
                Stream.concat(
                    Stream.ofNullable(cell.metrics().get(metric)),
                    cell.testSets().values().stream()
                        .map(found -> found.metrics().get(found.deciding()))))
        .anyMatch(value -> !Double.isNaN(value.standardError()));
  }

  private Set<String> testSets() {
    return cells.values().stream()
        .flatMap(cell -> cell.testSets().keySet().stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private List<String> onTestSet(String testSet, Palette palette, int columns) {
    Map<String, MetricValue> values = new LinkedHashMap<>();
    cells.forEach(
        (name, cell) ->
            Optional.ofNullable(cell.testSets().get(testSet))
                .ifPresent(found -> values.put(name, found.metrics().get(found.deciding()))));
    String deciding = values.values().iterator().next().name();
    TextTable table =
        new TextTable(List.of(TextTable.words("CELL"), TextTable.numbers(heading(deciding))));
    values.forEach((name, value) -> table.row(List.of(name, written(value))));
    List<String> lines = new ArrayList<>(List.of("", "Test set " + testSet + ":"));
    lines.addAll(table.lines(palette, columns));
    return lines;
  }

  private static String heading(String metric) {
    return metric.toUpperCase(Locale.ROOT).replace('_', ' ');
  }

  private List<String> row(String name, CellOutcome cell) {
    String strategy = strategies.getOrDefault(name, "");
    boolean failed = cell.failure().isPresent();
    List<String> row =
        new ArrayList<>(
            failed
                ? List.of(name, strategy, "failed", "", "", "")
                : List.of(
                    name,
                    strategy,
                    Layers.brief(cell.selectedLayers(), cell.selectedModules()),
                    String.format(Locale.ROOT, "%,d", cell.trainableParameters()),
                    cell.metrics().containsKey(metric) ? written(cell.metrics().get(metric)) : "",
                    String.format(Locale.ROOT, "%.1f", seconds(cell))));
    MORE.forEach(column -> row.add(failed ? "" : column.shown(cell)));
    return row;
  }

  private static double seconds(CellOutcome cell) {
    return cell.seconds().values().stream().mapToDouble(Double::doubleValue).sum();
  }

  private static String written(MetricValue metric) {
    Optional<MetricValue.ConfidenceInterval> ends = metric.intervalAtEnd();
    if (ends.isPresent()) {
      return Decimals.of(metric.value())
          + " "
          + Decimals.bounds(ends.get().low(), ends.get().high());
    }
    return Double.isNaN(metric.standardError())
        ? Decimals.of(metric.value())
        : Decimals.plusMinus(metric.value(), metric.standardError());
  }
}
