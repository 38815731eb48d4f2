package io.flexora.report.html.figure;

import io.flexora.api.run.Progress;
import io.flexora.report.html.evidence.Curve;
import io.flexora.report.html.evidence.Evidence;
import io.flexora.report.html.evidence.Outcome;
import io.flexora.report.html.evidence.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * How a cell came to its layers.
 *
 * @param title the cell's name
 * @param gates the gates over the outer steps
 * @param scores the final scores
 * @param losses the losses of the search
 * @param remarks what the figures show, in sentences
 * @param table the final scores as a table
 * @param course gates and losses at some steps as a table
 */
public record Search(
    String title,
    Optional<Chart> gates,
    Optional<Scores> scores,
    Optional<Chart> losses,
    List<String> remarks,
    Optional<Table> table,
    Optional<Table> course) {

  private static final int ALL_LABELLED = 16;

  /** The searches of the cells that recorded one. */
  public static List<Search> of(Evidence evidence) {
    return evidence.outcomes().stream()
        .map(outcome -> of(evidence, outcome))
        .filter(search -> search.gates().isPresent() || search.scores().isPresent())
        .toList();
  }

  /** The charts to draw. */
  public Stream<Chart> charts() {
    return Stream.of(gates, losses).flatMap(Optional::stream);
  }

  private static Search of(Evidence evidence, Outcome outcome) {
    Map<String, List<Curve>> trajectories = trajectories(evidence, outcome);
    return new Search(
        outcome.title(),
        gates(outcome, trajectories),
        Scores.of(outcome),
        losses(evidence, outcome),
        new SearchRemarks(outcome, trajectories).all(),
        table(outcome),
        SearchCourse.table(evidence, outcome));
  }

  private static Map<String, List<Curve>> trajectories(Evidence evidence, Outcome outcome) {
    Map<String, List<Curve>> trajectories = new TreeMap<>();
    for (String figure : List.of("alpha", "gates")) {
      List<Curve> curves = evidence.curves(outcome, Part.SEARCH, figure);
      if (!curves.isEmpty()) {
        trajectories.put(figure, curves);
      }
    }
    return trajectories;
  }

  private static Optional<Chart> gates(Outcome outcome, Map<String, List<Curve>> trajectories) {
    String figure = trajectories.containsKey("gates") ? "gates" : "alpha";
    List<Curve> curves = trajectories.getOrDefault(figure, List.of());
    List<Chart.Line> lines = new ArrayList<>();
    for (boolean chosen : new boolean[] {false, true}) {
      for (int layer = 0; layer < curves.size(); layer++) {
        if (outcome.adapts(layer) == chosen) {
          lines.add(line(layer, chosen, curves.get(layer), curves.size()));
        }
      }
    }
    boolean gates = figure.equals("gates");
    return present(
        new Chart(
            "gates-" + outcome.index(),
            gates ? "Gate of each layer" : "Alpha of each layer",
            "Solid: chosen. Dashed: "
                + (gates ? "a gate of 1, as in plain LoRA." : "0, the initial value."),
            "outer step",
            gates ? "gate" : "alpha",
            Optional.empty(),
            lines,
            List.of(gates ? 1.0 : 0.0)));
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
    Curve training = evidence.curve(outcome, Part.SEARCH, Progress::trainingLoss);
    Curve validation = evidence.curve(outcome, Part.SEARCH, Progress::validationLoss);
    return present(
        new Chart(
            "search-losses-" + outcome.index(),
            "Losses of the search",
            "Lines: smoothed over neighbouring steps. Faint: each step.",
            "outer step",
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

  private static Optional<Table> table(Outcome outcome) {
    if (outcome.scores().isEmpty()) {
      return Optional.empty();
    }
    List<String> columns = new ArrayList<>(List.of("Layer"));
    outcome.scores().keySet().forEach(name -> columns.add("#" + Verdict.words(name)));
    columns.add("Chosen");
    Table table = Table.of("Final score of each layer", columns);
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
