package io.flexora.selector.dynamic;

import io.flexora.api.run.Seeds;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Draws layers by what is known of their importance I. A high I means that a layer is not
 * important, as in the authors' code.
 *
 * @param layers the layers, ascending
 * @param trainedLayers the part of them that is trained in one step
 * @param seeds the random streams
 */
record ImportanceDraw(List<Integer> layers, double trainedLayers, Seeds seeds) {

  /** What is known at the start: 0 for each layer. */
  List<Double> start() {
    return Collections.nCopies(layers.size(), 0.0);
  }

  /** The layers that a step trains, drawn with the weights sigma(-I). */
  List<Integer> trained(long step, List<Double> importance) {
    return Draws.weighted(
        seeds.stream("ist", "trained", step),
        layers,
        layer -> sigmoid(-importance.get(layers.indexOf(layer))),
        count(trainedLayers, layers.size()));
  }

  /** The layers to suppress, drawn with the weights sigma(I). */
  List<Integer> suppressed(SplittableRandom random, List<Double> importance, double part) {
    return Draws.weighted(
        random,
        layers,
        layer -> sigmoid(importance.get(layers.indexOf(layer))),
        count(part, layers.size()));
  }

  /** A part of so many layers, rounded down to at least one. */
  static int count(double part, int layers) {
    return Math.max(1, (int) (part * layers));
  }

  static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
