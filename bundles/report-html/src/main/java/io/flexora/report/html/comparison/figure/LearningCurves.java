package io.flexora.report.html.comparison.figure;

import io.flexora.api.run.Phase;
import io.flexora.api.run.Progress;
import io.flexora.report.html.comparison.Group;
import io.flexora.report.html.comparison.SeedCell;
import io.flexora.report.html.comparison.Strategy;
import io.flexora.report.html.evidence.Curve;
import io.flexora.report.html.evidence.Evidence;
import io.flexora.report.html.figure.Chart;
import io.flexora.report.html.figure.FigureTable;
import io.flexora.report.html.figure.Numerals;
import io.flexora.report.html.figure.Scale;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The losses of the training of each strategy, over its seeds.
 *
 * @param charts training loss, then validation loss; those that were recorded
 * @param single the titles of what was computed once in each training, which makes no chart
 * @param table the losses at the end
 */
public record LearningCurves(List<Chart> charts, List<String> single, FigureTable table) {

  private static final String BAND = "Mean over seeds; the band is ± one standard deviation.";

  /** All groups together draw about so many points, so that the page stays small. */
  private static final int MOST_POINTS = 8_000;

  private static final int FEW_POINTS = 30;
  private static final int MANY_POINTS = 200;

  /** Draws them; absent if no cell recorded its training. */
  static Optional<LearningCurves> of(Group group, int groups) {
    Map<Strategy, MeanCurve> training = curves(group, Progress::trainingLoss, true);
    Map<Strategy, MeanCurve> validation = curves(group, Progress::validationLoss, false);
    Scale scale =
        Scale.aroundMost(
            Stream.of(training, validation)
                .flatMap(curves -> curves.values().stream())
                .flatMapToDouble(c -> c.points().stream().mapToDouble(p -> p[1])));
    int most =
        Math.max(
            FEW_POINTS,
            Math.min(MANY_POINTS, MOST_POINTS / groups / Math.max(1, group.strategies().size())));
    List<Chart> charts =
        List.of(
            chart(group, "training", training, scale, most),
            chart(group, "validation", validation, scale, most));
    List<Chart> present = charts.stream().filter(Chart::present).toList();
    List<String> single = charts.stream().filter(Chart::pointsAlone).map(Chart::title).toList();
    return present.isEmpty() && single.isEmpty()
        ? Optional.empty()
        : Optional.of(new LearningCurves(present, single, table(group, training, validation)));
  }

  private static Map<Strategy, MeanCurve> curves(
      Group group, Function<Progress, OptionalDouble> figure, boolean smooth) {
    Map<Strategy, MeanCurve> curves = new LinkedHashMap<>();
    for (Strategy strategy : group.strategies()) {
      List<Curve> seeds = new ArrayList<>();
      for (SeedCell cell : strategy.done()) {
        cell.run()
            .map(Evidence::read)
            .map(evidence -> evidence.curve(evidence.main(), Phase.TRAIN, figure))
            .filter(curve -> curve.size() > 0)
            .map(curve -> smooth ? curve.smoothed() : curve)
            .ifPresent(seeds::add);
      }
      if (!seeds.isEmpty()) {
        curves.put(strategy, MeanCurve.of(seeds));
      }
    }
    return curves;
  }

  private static Chart chart(
      Group group, String which, Map<Strategy, MeanCurve> curves, Scale scale, int most) {
    List<Chart.Line> lines = new ArrayList<>();
    curves.forEach((strategy, curve) -> lines.add(line(strategy, curve.drawn(most))));
    boolean training = which.equals("training");
    return new Chart(
        which + "-losses-" + group.index(),
        training ? "Training loss" : "Validation loss",
        training ? BAND + " Each seed's curve is smoothed over neighbouring steps." : BAND,
        "training step",
        Optional.empty(),
        "loss",
        Optional.of(scale),
        lines,
        List.of());
  }

  private static Chart.Line line(Strategy strategy, List<double[]> points) {
    Chart.Look several = strategy.colourAgain() ? Chart.Look.DASHED : Chart.Look.PLAIN;
    return new Chart.Line(
        strategy.name(),
        "--cell-" + strategy.colour(),
        // A line of one point is nothing to see.
        points.size() == 1 ? Chart.Look.DOTTED : several,
        true,
        points);
  }

  private static FigureTable table(
      Group group, Map<Strategy, MeanCurve> training, Map<Strategy, MeanCurve> validation) {
    FigureTable table =
        FigureTable.of(
            "Losses at the last step reached with every seed; mean and standard deviation",
            "Strategy",
            "#Step",
            "#Training loss",
            "#Step",
            "#Validation loss");
    for (Strategy strategy : group.strategies()) {
      List<String> texts = new ArrayList<>(last(training.get(strategy)));
      texts.addAll(last(validation.get(strategy)));
      table.row(strategy.title(), false, texts);
    }
    return table;
  }

  private static List<String> last(MeanCurve curve) {
    if (curve == null || curve.points().isEmpty()) {
      return List.of(Numerals.NONE, Numerals.NONE);
    }
    double[] last = curve.points().get(curve.points().size() - 1);
    return List.of(
        Numerals.count(last[0]),
        curve.seeds() == 1
            ? Numerals.fixed(last[1], 4)
            : Numerals.plusMinus(last[1], last[3] - last[1], 4));
  }
}
