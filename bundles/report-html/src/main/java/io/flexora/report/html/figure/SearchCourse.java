package io.flexora.report.html.figure;

import io.flexora.api.run.Progress;
import io.flexora.report.html.evidence.Curve;
import io.flexora.report.html.evidence.Evidence;
import io.flexora.report.html.evidence.Outcome;
import io.flexora.report.html.evidence.Part;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The course of a search at some of its steps: what its line charts show, in figures. */
final class SearchCourse {

  private static final int ROWS = 13;

  private SearchCourse() {}

  static Optional<Table> table(Evidence evidence, Outcome outcome) {
    Map<String, Curve> curves = curves(evidence, outcome);
    List<Double> steps =
        curves.values().stream().findFirst().stream()
            .flatMap(curve -> curve.thinned(ROWS).points().stream())
            .map(Curve.Point::step)
            .toList();
    if (steps.isEmpty()) {
      return Optional.empty();
    }
    Table table =
        Table.of(
            "Losses and gates at selected outer steps",
            Stream.concat(Stream.of("Outer step"), curves.keySet().stream().map("#"::concat))
                .toList());
    for (double step : steps) {
      table.row(
          Numerals.count(step),
          false,
          curves.values().stream().map(curve -> value(curve, step)).toList());
    }
    return Optional.of(table);
  }

  private static Map<String, Curve> curves(Evidence evidence, Outcome outcome) {
    Map<String, Curve> curves = new LinkedHashMap<>();
    curves.put("training loss", evidence.curve(outcome, Part.SEARCH, Progress::trainingLoss));
    curves.put("validation loss", evidence.curve(outcome, Part.SEARCH, Progress::validationLoss));
    List<Curve> gates = evidence.curves(outcome, Part.SEARCH, "gates");
    for (int layer = 0; layer < gates.size(); layer++) {
      curves.put("gate " + layer, gates.get(layer));
    }
    curves.values().removeIf(curve -> curve.size() == 0);
    return curves;
  }

  private static String value(Curve curve, double step) {
    return curve.points().stream()
        .filter(point -> point.step() == step)
        .findFirst()
        .map(point -> Numerals.fixed(point.value(), 3))
        .orElse(Numerals.NONE);
  }
}
