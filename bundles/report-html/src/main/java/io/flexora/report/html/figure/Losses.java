package io.flexora.report.html.figure;

import io.flexora.api.run.Phase;
import io.flexora.api.run.Progress;
import io.flexora.report.html.evidence.Curve;
import io.flexora.report.html.evidence.Evidence;
import io.flexora.report.html.evidence.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.DoubleStream;

/**
 * The losses of the training of each cell, on one scale.
 *
 * @param charts training loss, then validation loss; those that were recorded
 * @param single the titles of what was computed once, which makes no chart
 * @param table first, lowest and last of each curve
 */
public record Losses(List<Chart> charts, List<String> single, FigureTable table) {

  private static final int MANY_EVALUATIONS = 40;

  /** Whether there are both. */
  public boolean pair() {
    return charts.size() > 1;
  }

  /** Draws them; absent if no cell recorded its training. */
  public static Optional<Losses> of(Evidence evidence) {
    List<Outcome> cells = new ArrayList<>(evidence.others());
    cells.add(evidence.main());
    Scale scale = scale(evidence, cells);
    List<Chart> charts =
        List.of(
            chart("training", scale, lines(cells, cell -> training(evidence, cell).smoothed())),
            chart("validation", scale, lines(cells, cell -> validation(evidence, cell))));
    List<Chart> present = charts.stream().filter(Chart::present).toList();
    List<String> single = charts.stream().filter(Chart::pointsAlone).map(Chart::title).toList();
    return present.isEmpty() && single.isEmpty()
        ? Optional.empty()
        : Optional.of(new Losses(present, single, table(evidence)));
  }

  private static Scale scale(Evidence evidence, List<Outcome> cells) {
    return Scale.aroundMost(
        cells.stream()
            .flatMapToDouble(
                cell ->
                    DoubleStream.concat(
                        values(training(evidence, cell).smoothed()),
                        values(validation(evidence, cell)))));
  }

  private static List<Chart.Line> lines(List<Outcome> cells, Function<Outcome, Curve> curves) {
    List<Chart.Line> lines = new ArrayList<>();
    for (Outcome cell : cells) {
      Curve curve = curves.apply(cell);
      if (curve.size() > 0) {
        lines.add(Chart.Line.of(cell.title(), "--cell-" + cell.colour(), look(cell, curve), curve));
      }
    }
    return lines;
  }

  private static Chart chart(String which, Scale scale, List<Chart.Line> lines) {
    return new Chart(
        which + "-losses",
        which.equals("training") ? "Training loss" : "Validation loss",
        which.equals("training") ? "Smoothed over neighbouring steps." : "On the validation split.",
        "training step",
        Optional.empty(),
        "loss",
        Optional.of(scale),
        lines,
        List.of());
  }

  private static Chart.Look look(Outcome cell, Curve curve) {
    if (curve.size() <= MANY_EVALUATIONS) {
      return Chart.Look.DOTTED;
    }
    return cell.main() ? Chart.Look.STRONG : Chart.Look.PLAIN;
  }

  private static FigureTable table(Evidence evidence) {
    FigureTable table =
        FigureTable.of(
            "Losses of each cell; the training loss is smoothed over neighbouring steps",
            "Cell",
            "#Training: first",
            "#last",
            "#Validation: first",
            "#lowest",
            "#at step",
            "#last");
    for (Outcome cell : evidence.outcomes()) {
      Curve training = training(evidence, cell).smoothed();
      Curve validation = validation(evidence, cell);
      table.row(
          cell.title(),
          cell.main(),
          List.of(
              value(training.first()),
              value(training.last()),
              value(validation.first()),
              value(validation.lowest()),
              validation.lowest().map(p -> Numerals.count(p.step())).orElse(Numerals.NONE),
              value(validation.last())));
    }
    return table;
  }

  private static Curve training(Evidence evidence, Outcome cell) {
    return evidence.curve(cell, Phase.TRAIN, Progress::trainingLoss);
  }

  private static Curve validation(Evidence evidence, Outcome cell) {
    return evidence.curve(cell, Phase.TRAIN, Progress::validationLoss);
  }

  private static DoubleStream values(Curve curve) {
    return curve.points().stream().mapToDouble(Curve.Point::value);
  }

  private static String value(Optional<Curve.Point> point) {
    return point.map(p -> Numerals.fixed(p.value(), 4)).orElse(Numerals.NONE);
  }
}
