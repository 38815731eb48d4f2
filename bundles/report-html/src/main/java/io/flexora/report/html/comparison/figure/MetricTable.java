package io.flexora.report.html.comparison.figure;

import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.metric.MetricDescription;
import io.flexora.report.html.comparison.Group;
import io.flexora.report.html.comparison.Strategy;
import io.flexora.report.html.figure.FigureTable;
import io.flexora.report.html.figure.Numerals;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** All metrics of each strategy. */
final class MetricTable {

  private static final int DECIMALS = 4;

  private MetricTable() {}

  /** Makes the table; absent if the deciding metric is the only one. */
  static Optional<FigureTable> of(Group group) {
    Map<String, MetricDescription> metrics = new TreeMap<>();
    group.strategies().stream()
        .flatMap(strategy -> strategy.done().stream())
        .flatMap(cell -> cell.found().metrics().values().stream())
        .forEach(value -> metrics.put(value.name(), value.description()));
    if (metrics.size() < 2) {
      return Optional.empty();
    }
    List<String> columns = new ArrayList<>(List.of("Strategy"));
    metrics.forEach(
        (name, described) ->
            columns.add("#" + name.replace('_', ' ') + (described.lowerIsBetter() ? " ↓" : " ↑")));
    FigureTable table = FigureTable.of("All metrics", columns);
    for (Strategy strategy : group.strategies()) {
      table.row(
          strategy.title(),
          false,
          metrics.keySet().stream().map(name -> text(strategy, name)).toList());
    }
    return Optional.of(table);
  }

  private static String text(Strategy strategy, String metric) {
    double[] values =
        strategy.done().stream()
            .flatMap(cell -> Optional.ofNullable(cell.found().metrics().get(metric)).stream())
            .mapToDouble(MetricValue::value)
            .filter(Double::isFinite)
            .toArray();
    if (values.length == 0) {
      return Numerals.NONE;
    }
    double mean = 0;
    for (double value : values) {
      mean += value / values.length;
    }
    if (values.length == 1) {
      return Numerals.fixed(mean, DECIMALS);
    }
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    return Numerals.plusMinus(mean, Math.sqrt(squares / (values.length - 1)), DECIMALS);
  }
}
