package io.flexora.report.html.figure;

import io.flexora.report.html.evidence.Outcome;
import io.flexora.results.run.CellAnswers;
import io.flexora.results.run.ClassCurve;
import io.flexora.results.run.ClassCurve.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The ROC and precision-recall curves of a cell, each class against the others.
 *
 * @param charts both kinds of curves
 * @param areas the areas under them, and the curves where they pass round rates
 */
public record Curves(List<Chart> charts, FigureTable areas) {

  private static final int DECIMALS = 3;
  private static final Scale SHARE = new Scale(0, 1, 0.2);

  /** Draws them; absent without curves. */
  static Optional<Curves> of(Outcome outcome, CellAnswers answers) {
    List<ClassCurve> curves = answers.curves();
    if (curves.isEmpty()) {
      return Optional.empty();
    }
    List<ClassCurve> drawn = curves.stream().filter(curve -> !curve.roc().isEmpty()).toList();
    String limit =
        drawn.size() < curves.size()
            ? " The classes with the most examples; the table has all."
            : "";
    Chart.Line chance =
        new Chart.Line(
            "chance", "--muted", Chart.Look.DASHED, false, List.of(pair(0, 0), pair(1, 1)));
    List<Chart> charts =
        List.of(
            chart(
                "roc-" + outcome.index(),
                "ROC curves of " + outcome.title(),
                "Each class against the others. Dashed: chance." + limit,
                List.of("false positive rate", "true positive rate"),
                Stream.concat(
                        Stream.of(chance), lines(drawn, ClassCurve::roc, Chart.Look.PLAIN).stream())
                    .toList()),
            chart(
                "precision-recall-" + outcome.index(),
                "Precision-recall curves of " + outcome.title(),
                "Each class against the others." + limit,
                List.of("recall", "precision"),
                lines(drawn, ClassCurve::precisionRecall, Chart.Look.STEPPED)));
    return Optional.of(new Curves(charts, areas(outcome, curves)));
  }

  private static Chart chart(
      String id, String title, String note, List<String> axes, List<Chart.Line> lines) {
    return new Chart(
        id,
        title,
        note,
        axes.get(0),
        Optional.of(SHARE),
        axes.get(1),
        Optional.of(SHARE),
        lines,
        List.of());
  }

  private static List<Chart.Line> lines(
      List<ClassCurve> curves, Function<ClassCurve, List<Point>> points, Chart.Look look) {
    List<Chart.Line> lines = new ArrayList<>();
    for (int i = 0; i < curves.size(); i++) {
      lines.add(
          new Chart.Line(
              curves.get(i).name(),
              "--cell-" + i,
              look,
              false,
              points.apply(curves.get(i)).stream().map(p -> pair(p.x(), p.y())).toList()));
    }
    return lines;
  }

  private static double[] pair(double x, double y) {
    return new double[] {x, y};
  }

  private static FigureTable areas(Outcome outcome, List<ClassCurve> curves) {
    FigureTable table =
        FigureTable.of(
            "Areas under the curves of " + outcome.title(),
            "Class",
            "#Area under ROC",
            "#Average precision",
            "#Recall at 1 % false positives",
            "#at 5 %",
            "#at 10 %",
            "#Precision at 50 % recall",
            "#at 90 %");
    for (ClassCurve curve : curves) {
      table.row(
          curve.name(),
          Numerals.fixed(curve.rocArea(), DECIMALS),
          Numerals.fixed(curve.averagePrecision(), DECIMALS),
          recallAt(curve, 0.01),
          recallAt(curve, 0.05),
          recallAt(curve, 0.1),
          precisionAt(curve, 0.5),
          precisionAt(curve, 0.9));
    }
    return table;
  }

  /** The highest recall with no more false positives than these. */
  private static String recallAt(ClassCurve curve, double falsePositives) {
    return curve.roc().stream()
        .filter(point -> point.x() <= falsePositives)
        .map(Point::y)
        .max(Double::compare)
        .map(recall -> Numerals.fixed(recall, 2))
        .orElse(Numerals.NONE);
  }

  /** The highest precision with at least this recall. */
  private static String precisionAt(ClassCurve curve, double recall) {
    return curve.precisionRecall().stream()
        .filter(point -> point.x() >= recall)
        .map(Point::y)
        .max(Double::compare)
        .map(precision -> Numerals.fixed(precision, 2))
        .orElse(Numerals.NONE);
  }
}
