package io.flexora.report.html.figure;

import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.run.Phase;
import io.flexora.report.html.evidence.Evidence;
import io.flexora.report.html.evidence.Outcome;
import io.flexora.results.run.OutcomeColumn;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The table of all cells: what each adapts, how well it does and what it costs. */
final class CellTable {

  private static final List<OutcomeColumn> MORE = OutcomeColumn.in(OutcomeColumn.Table.REPORT);

  private final Evidence evidence;
  private final List<String> metrics;

  private CellTable(Evidence evidence) {
    this.evidence = evidence;
    this.metrics = metrics(evidence);
  }

  /** Makes the table. */
  static FigureTable of(Evidence evidence) {
    CellTable cells = new CellTable(evidence);
    FigureTable table = FigureTable.of("All cells of the run on the test split", cells.columns());
    for (Outcome outcome : evidence.outcomes()) {
      table.row(cells.name(outcome), outcome.main(), cells.row(outcome));
    }
    return table;
  }

  /** Makes the table of what the cells did on a further test set. */
  static FigureTable onTestSet(String name, Evidence on) {
    CellTable cells = new CellTable(on);
    List<String> columns = new ArrayList<>(List.of("Cell"));
    cells.metrics.forEach(metric -> columns.add("#" + heading(on, metric)));
    FigureTable table = FigureTable.of("All cells of the run on the test set " + name, columns);
    for (Outcome outcome : on.outcomes()) {
      table.row(cells.name(outcome), outcome.main(), cells.measures(outcome).toList());
    }
    return table;
  }

  /** The metrics of any cell: the deciding one first. */
  static List<String> metrics(Evidence evidence) {
    TreeSet<String> rest = new TreeSet<>();
    evidence.outcomes().forEach(outcome -> rest.addAll(outcome.metrics().keySet()));
    List<String> metrics = new ArrayList<>(evidence.decisiveMetric().stream().toList());
    rest.stream().filter(metric -> !metrics.contains(metric)).forEach(metrics::add);
    return metrics;
  }

  /** A metric with an arrow that tells where better is. */
  static String heading(Evidence evidence, String metric) {
    return Verdict.words(metric) + (evidence.lowerIsBetter(metric) ? " ↓" : " ↑");
  }

  private List<String> columns() {
    List<String> columns = new ArrayList<>(List.of("Cell", "#Layers", "#Trainable parameters"));
    metrics.forEach(metric -> columns.add("#" + heading(evidence, metric)));
    for (Phase part : Phase.values()) {
      columns.add("#" + part.title() + ", s");
    }
    columns.add("#Peak memory, MiB");
    MORE.forEach(column -> columns.add("#" + Verdict.words(column.title())));
    return columns;
  }

  private String name(Outcome outcome) {
    return outcome.error().isPresent() ? outcome.title() + " (failed)" : outcome.title();
  }

  private List<String> row(Outcome outcome) {
    Stream<String> what =
        Stream.of(
                outcome.layers().map(layers -> layers.size() + " of " + evidence.layers()),
                outcome.parameters().isPresent()
                    ? Optional.of(Numerals.count(outcome.parameters().getAsDouble()))
                    : Optional.<String>empty())
            .map(text -> text.orElse(Numerals.NONE));
    Stream<String> well = measures(outcome);
    Stream<String> cost =
        Stream.of(Phase.values())
            .map(part -> outcome.seconds().get(part))
            .map(seconds -> seconds == null ? Numerals.NONE : Numerals.fixed(seconds, 1));
    OptionalDouble peak = outcome.peak();
    String memory =
        peak.isPresent() ? Numerals.count(peak.getAsDouble() / (1 << 20)) : Numerals.NONE;
    Stream<String> more =
        MORE.stream()
            .map(column -> outcome.found().map(column::shown).orElse(""))
            .map(text -> text.isEmpty() ? Numerals.NONE : text);
    return Stream.of(what, well, cost, Stream.of(memory), more).flatMap(texts -> texts).toList();
  }

  private Stream<String> measures(Outcome outcome) {
    return metrics.stream().map(metric -> measure(outcome, metric));
  }

  private String measure(Outcome outcome, String metric) {
    MetricValue measure = outcome.metrics().get(metric);
    return measure == null ? Numerals.NONE : Verdict.value(measure, decimals(metric));
  }

  private int decimals(String metric) {
    return evidence.outcomes().stream()
        .flatMap(outcome -> Optional.ofNullable(outcome.metrics().get(metric)).stream())
        .mapToInt(measure -> Numerals.decimals(measure.error()))
        .max()
        .orElse(3);
  }
}
