package io.flexora.report.html.figure;

import io.flexora.api.run.Phase;
import io.flexora.api.run.Progress;
import io.flexora.api.selection.Selection.ScoreDescription;
import io.flexora.report.html.evidence.Curve;
import io.flexora.report.html.evidence.Evidence;
import io.flexora.report.html.evidence.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The search by which a cell came to its layers.
 *
 * @param title the cell's name
 * @param trajectories the numbers of the layers over the steps of the search
 * @param scores the final scores
 * @param losses the losses of the search
 * @param remarks what the figures show, in sentences
 * @param table the final scores as a table
 * @param course losses and numbers of the layers at some steps as a table
 */
public record SearchFigure(
    String title,
    List<Chart> trajectories,
    Optional<Scores> scores,
    Optional<Chart> losses,
    List<String> remarks,
    Optional<FigureTable> table,
    Optional<FigureTable> course) {

  private static final int ALL_LABELLED = 16;

  /** The searches of the cells that recorded one. */
  public static List<SearchFigure> of(Evidence evidence) {
    return evidence.outcomes().stream()
        .map(outcome -> of(evidence, outcome))
        .filter(search -> !search.trajectories().isEmpty() || search.scores().isPresent())
        .toList();
  }

  /** The charts to draw. */
  public Stream<Chart> charts() {
    return Stream.concat(trajectories.stream(), losses.stream());
  }

  private static SearchFigure of(Evidence evidence, Outcome outcome) {
    Map<String, List<Curve>> trajectories = evidence.layerCurves(outcome, Phase.SEARCH);
    return new SearchFigure(
        outcome.title(),
        trajectories.entrySet().stream()
            .map(one -> trajectory(outcome, outcome.description(one.getKey()), one.getValue()))
            .filter(Chart::present)
            .toList(),
        Scores.of(outcome),
        losses(evidence, outcome),
        new SearchRemarks(outcome, trajectories).all(),
        table(outcome),
        SearchCourse.table(evidence, outcome, trajectories));
  }

  private static Chart trajectory(Outcome outcome, ScoreDescription described, List<Curve> curves) {
    List<Chart.Line> lines = new ArrayList<>();
    for (boolean chosen : new boolean[] {false, true}) {
      for (int layer = 0; layer < curves.size(); layer++) {
        if (outcome.adapts(layer) == chosen) {
          lines.add(line(layer, chosen, curves.get(layer), curves.size()));
        }
      }
    }
    String title = described.title().substring(0, 1).toUpperCase(Locale.ROOT);
    return new Chart(
        described.name() + "-" + outcome.index(),
        title + described.title().substring(1) + " of each layer",
        "Solid: chosen. Dashed: " + neutral(described) + ".",
        "outer step",
        Optional.empty(),
        described.title() + described.unit().map(unit -> ", " + unit).orElse(""),
        Optional.empty(),
        lines,
        List.of(described.neutral()));
  }

  private static String neutral(ScoreDescription described) {
    return Numerals.plain(described.neutral())
        + described.meaning().map(meaning -> ", " + meaning).orElse("");
  }

  private static Chart.Line line(int layer, boolean chosen, Curve curve, int count) {
    Chart.Line line =
        Chart.Line.of(
            "layer " + layer,
            chosen ? "--accent" : "--muted",
            chosen ? Chart.Look.STRONG : Chart.Look.PLAIN,
            curve);
    return chosen || count <= ALL_LABELLED ? line : line.unlabelled();
  }

  private static Optional<Chart> losses(Evidence evidence, Outcome outcome) {
    Curve training = evidence.curve(outcome, Phase.SEARCH, Progress::trainingLoss);
    Curve validation = evidence.curve(outcome, Phase.SEARCH, Progress::validationLoss);
    return present(
        new Chart(
            "search-losses-" + outcome.index(),
            "Losses of the search",
            "Lines: smoothed over neighbouring steps. Faint: each step.",
            "outer step",
            Optional.empty(),
            "loss",
            Optional.empty(),
            List.of(
                Chart.Line.of("training, each step", "--training", Chart.Look.FAINT, training),
                Chart.Line.of(
                    "validation, each step", "--validation", Chart.Look.FAINT, validation),
                Chart.Line.of("training", "--training", Chart.Look.PLAIN, training.smoothed()),
                Chart.Line.of(
                    "validation", "--validation", Chart.Look.STRONG, validation.smoothed())),
            List.of()));
  }

  private static Optional<FigureTable> table(Outcome outcome) {
    if (outcome.scores().isEmpty()) {
      return Optional.empty();
    }
    List<String> columns = new ArrayList<>(List.of("Layer"));
    outcome.scores().keySet().forEach(name -> columns.add("#" + outcome.description(name).title()));
    columns.add("Chosen");
    FigureTable table = FigureTable.of("Final score of each layer", columns);
    int layers = outcome.scores().values().stream().mapToInt(List::size).max().orElse(0);
    for (int layer = 0; layer < layers; layer++) {
      table.row("" + layer, outcome.adapts(layer), scores(outcome, layer));
    }
    return Optional.of(table);
  }

  private static List<String> scores(Outcome outcome, int layer) {
    List<String> texts = new ArrayList<>();
    for (List<Double> scores : outcome.scores().values()) {
      boolean known = layer < scores.size() && Double.isFinite(scores.get(layer));
      texts.add(known ? Numerals.fixed(scores.get(layer), 4) : Numerals.NONE);
    }
    texts.add(outcome.adapts(layer) ? "yes" : "no");
    return texts;
  }

  private static Optional<Chart> present(Chart chart) {
    return Optional.of(chart).filter(Chart::present);
  }
}
