package io.flexora.cli.result;

import io.flexora.api.evaluate.Evaluation;
import io.flexora.api.evaluate.MetricValue;
import io.flexora.cli.output.Palette;
import io.flexora.cli.output.Paragraph;
import io.flexora.cli.output.TextTable;
import io.flexora.experiment.use.ScoredModel;
import io.flexora.results.run.Provenance;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * The metrics of one model with their standard errors, the deciding one first.
 *
 * @since 0.1
 */
public final class EvaluationTable {

  private EvaluationTable() {}

  /** The lines of the table, then what was scored and how fast. */
  public static List<String> lines(ScoredModel scored, Palette palette, int columns) {
    Evaluation evaluation = scored.evaluation();
    boolean intervals =
        evaluation.metrics().values().stream().anyMatch(value -> value.interval().isPresent());
    List<TextTable.Column> columnsOfTable =
        new ArrayList<>(
            List.of(
                TextTable.words("METRIC"),
                TextTable.numbers("VALUE"),
                TextTable.numbers("STANDARD ERROR")));
    if (intervals) {
      columnsOfTable.add(TextTable.numbers("95 % INTERVAL"));
    }
    TextTable table = new TextTable(columnsOfTable);
    evaluation.metrics().keySet().stream()
        .sorted(
            Comparator.<String, Boolean>comparing(n -> !n.equals(evaluation.deciding()))
                .thenComparing(Comparator.naturalOrder()))
        .forEach(name -> table.row(row(name, evaluation.metrics().get(name), intervals)));
    List<String> lines = new ArrayList<>(table.lines(palette, columns));
    lines.add("");
    lines.addAll(Paragraph.wrap(summary(scored), 0, columns));
    scored
        .otherComputeType()
        .map(
            type ->
                ("The run computed in %s, so its figures differ from these by rounding. To compute"
                        + " as it did: --set model.compute_dtype=%s")
                    .formatted(type, type))
        .ifPresent(note -> lines.addAll(Paragraph.wrap(note, 0, columns)));
    return lines;
  }

  private static List<String> row(String name, MetricValue metric, boolean intervals) {
    List<String> row =
        new ArrayList<>(
            List.of(
                name,
                Decimals.of(metric.value()),
                Double.isNaN(metric.standardError()) ? "" : Decimals.of(metric.standardError())));
    if (intervals) {
      row.add(metric.interval().map(i -> Decimals.bounds(i.low(), i.high())).orElse(""));
    }
    return row;
  }

  private static String summary(ScoredModel scored) {
    int examples = scored.evaluation().predictions().size();
    String layers =
        scored.layers().isEmpty()
            ? "no adapted layers"
            : "adapted layers " + Layers.brief(scored.layers());
    return String.format(
        Locale.ROOT,
        "Model '%s' (%s), split %s, in %s: %,d examples in %.1f s (%.1f a second)",
        scored.subject().name(),
        layers,
        scored.split().name().toLowerCase(Locale.ROOT),
        scored.provenance().versions().get(Provenance.COMPUTE_TYPE),
        examples,
        scored.seconds(),
        examples / Math.max(scored.seconds(), 1e-3));
  }
}
