package io.flexora.report.html.figure;

import io.flexora.api.run.Phase;
import io.flexora.api.run.Progress;
import io.flexora.report.html.evidence.Curve;
import io.flexora.report.html.evidence.Evidence;
import io.flexora.report.html.evidence.Outcome;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The course of a search at some of its steps: what its line charts show, in figures. */
final class SearchCourse {

  private static final int ROWS = 13;

  private SearchCourse() {}

  static Optional<FigureTable> table(
      Evidence evidence, Outcome outcome, Map<String, List<Curve>> trajectories) {
    Map<String, Curve> curves = curves(evidence, outcome);
    Optional<String> told = trajectories.keySet().stream().findFirst();
    told.ifPresent(
        name -> layers(outcome.description(name).title(), trajectories.get(name), curves));
    curves.values().removeIf(curve -> curve.size() == 0);
    List<Double> steps =
        curves.values().stream().findFirst().stream()
            .flatMap(curve -> curve.thinned(ROWS).points().stream())
            .map(Curve.Point::step)
            .toList();
    if (steps.isEmpty()) {
      return Optional.empty();
    }
    FigureTable table =
        FigureTable.of(
            "Losses"
                + told.map(name -> " and " + Verdict.words(name)).orElse("")
                + " at selected outer steps",
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
    curves.put("training loss", evidence.curve(outcome, Phase.SEARCH, Progress::trainingLoss));
    curves.put("validation loss", evidence.curve(outcome, Phase.SEARCH, Progress::validationLoss));
    return curves;
  }

  private static void layers(String title, List<Curve> layers, Map<String, Curve> curves) {
    for (int layer = 0; layer < layers.size(); layer++) {
      curves.put(title + " " + layer, layers.get(layer));
    }
  }

  private static String value(Curve curve, double step) {
    return curve.points().stream()
        .filter(point -> point.step() == step)
        .findFirst()
        .map(point -> Numerals.fixed(point.value(), 3))
        .orElse(Numerals.NONE);
  }
}
