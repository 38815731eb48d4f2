package io.flexora.report.html.evidence;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The metric by which cells are compared.
 *
 * @param metric its name
 * @param lowerIsBetter whether the cell with the lower value is the better one
 */
public record Deciding(String metric, boolean lowerIsBetter) {

  private static final String ACCURACY = "accuracy";
  private static final List<String> LOWER_IS_BETTER = List.of("loss", "perplexity", "error");

  /** Reads what an evaluation has said of a cell. */
  static Optional<Deciding> read(Facts cell) {
    Facts said = cell.object("deciding_metric");
    return said.text("name")
        .map(name -> new Deciding(name, Boolean.TRUE.equals(said.values().get("lower_is_better"))));
  }

  /** What the cells say; in records that do not, accuracy, or else the first of their metrics. */
  static Optional<Deciding> among(List<Outcome> outcomes) {
    return outcomes.stream()
        .flatMap(outcome -> outcome.deciding().stream())
        .findFirst()
        .or(
            () ->
                outcomes.stream()
                    .flatMap(outcome -> outcome.metrics().keySet().stream())
                    .min((a, b) -> Boolean.compare(b.equals(ACCURACY), a.equals(ACCURACY)))
                    .map(name -> new Deciding(name, lowerIsBetterByName(name))));
  }

  /** Whether less of a metric is better, as far as its name tells. */
  static boolean lowerIsBetterByName(String metric) {
    String name = metric.toLowerCase(Locale.ROOT);
    return LOWER_IS_BETTER.stream().anyMatch(name::contains);
  }
}
