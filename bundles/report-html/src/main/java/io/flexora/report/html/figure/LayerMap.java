package io.flexora.report.html.figure;

import io.flexora.report.html.evidence.Evidence;
import io.flexora.report.html.evidence.Outcome;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A map of the layers that each cell adapts.
 *
 * @param layers the layers from the embedding (0) to the output
 * @param rows the cells whose layers are known
 */
public record LayerMap(List<Layer> layers, List<Line> rows) {

  private static final int ALL_NUMBERED = 16;
  private static final int MAJOR = 4;

  /** A layer; only the numbers of the major ones are shown. */
  public record Layer(int number, boolean major) {}

  /** A cell and its layers in words. */
  public record Line(String title, int colour, boolean main, List<Box> boxes, String words) {}

  /** A layer of a cell; what a reader is told who points at it. */
  public record Box(boolean adapted, String tip) {}

  /** Draws the map; absent if the number of layers is unknown. */
  public static Optional<LayerMap> of(Evidence evidence) {
    List<Line> rows =
        evidence.outcomes().stream()
            .filter(outcome -> outcome.layers().isPresent())
            .map(outcome -> row(outcome, evidence.layers()))
            .toList();
    return evidence.layers() == 0 || rows.isEmpty()
        ? Optional.empty()
        : Optional.of(new LayerMap(layers(evidence.layers()), rows));
  }

  /** How many columns the map has. */
  public int width() {
    return layers.size();
  }

  /** Numbers so many layers. */
  public static List<Layer> layers(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> new Layer(i, count <= ALL_NUMBERED || i % MAJOR == 0))
        .toList();
  }

  private static Line row(Outcome outcome, int count) {
    List<Integer> layers = outcome.layers().orElseThrow();
    return new Line(
        outcome.title(),
        outcome.colour(),
        outcome.main(),
        IntStream.range(0, count).mapToObj(layer -> box(outcome, layer)).toList(),
        layers.isEmpty() ? "none" : layers.size() + ": " + Numerals.ranges(layers));
  }

  private static Box box(Outcome outcome, int layer) {
    boolean adapted = outcome.adapts(layer);
    StringBuilder tip = new StringBuilder(outcome.title() + ", layer " + layer);
    tip.append(adapted ? ": adapted" : ": frozen");
    outcome
        .scores()
        .forEach(
            (name, scores) -> {
              if (layer < scores.size()) {
                tip.append("; ")
                    .append(outcome.description(name).title())
                    .append(' ')
                    .append(score(scores.get(layer)));
              }
            });
    return new Box(adapted, tip.toString());
  }

  private static String score(double score) {
    return Double.isFinite(score) ? Numerals.fixed(score, 4) : Numerals.NONE;
  }
}
