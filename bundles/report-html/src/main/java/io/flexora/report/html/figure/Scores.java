package io.flexora.report.html.figure;

import io.flexora.api.selection.Selection.ScoreDescription;
import io.flexora.report.html.evidence.Outcome;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * The final score of each layer as a bar, with the threshold of the choice.
 *
 * @param name what the score measures
 * @param ticks the upward axis
 * @param zero where 0 lies
 * @param bars the layers
 * @param cut the threshold
 */
public record Scores(
    String name, List<Scale.Tick> ticks, String zero, List<LayerBar> bars, Optional<Cut> cut) {

  /** A layer: its bar's lower end and height. */
  public record LayerBar(
      LayerMap.Layer layer, boolean chosen, String from, String height, String tip) {}

  /** The threshold and where it lies. */
  public record Cut(String at, String label) {}

  /** Draws a cell's most telling score; absent if there is none. */
  static Optional<Scores> of(Outcome outcome) {
    return outcome.scores().entrySet().stream()
        .filter(score -> score.getValue().stream().anyMatch(Double::isFinite))
        .findFirst()
        .map(score -> of(outcome, score));
  }

  /** How many bars there are. */
  public int width() {
    return bars.size();
  }

  private static Scores of(Outcome outcome, Map.Entry<String, List<Double>> score) {
    List<Double> values = score.getValue();
    ScoreDescription described = outcome.description(score.getKey());
    double base = described.neutral();
    Optional<Threshold> threshold =
        outcome.layers().flatMap(layers -> Threshold.of(described, values, layers));
    Scale scale =
        Scale.around(
            DoubleStream.concat(
                DoubleStream.of(base), values.stream().mapToDouble(Double::doubleValue)));
    return new Scores(
        described.title(),
        scale.ticks(),
        scale.at(base),
        bars(outcome, described.title(), values, scale, base),
        threshold.map(t -> new Cut(scale.at(t.value()), label(outcome, t))));
  }

  /** A choice of modules cuts through their scores, of which a bar is the mean. */
  private static String label(Outcome outcome, Threshold threshold) {
    return outcome.modules().isEmpty()
        ? "threshold: " + threshold.name()
        : "threshold of the layers' means (modules were chosen): " + threshold.name();
  }

  private static List<LayerBar> bars(
      Outcome outcome, String name, List<Double> values, Scale scale, double base) {
    List<LayerMap.Layer> layers = LayerMap.layers(values.size());
    return IntStream.range(0, values.size())
        .mapToObj(
            i -> {
              double value = Double.isFinite(values.get(i)) ? values.get(i) : base;
              boolean chosen = outcome.adapts(i);
              return new LayerBar(
                  layers.get(i),
                  chosen,
                  scale.at(Math.min(base, value)),
                  scale.span(base, value),
                  "Layer %d, %s: %s %s"
                      .formatted(
                          i, chosen ? "chosen" : "not chosen", name, Numerals.fixed(value, 4)));
            })
        .toList();
  }
}
