package io.flexora.api.selection;

import java.util.List;
import java.util.Map;

/**
 * The layers that a strategy chose, and why.
 *
 * @param layers the chosen layers, from 0, ascending and distinct; may be empty
 * @param scores a number for each layer of the model by the name of what it measures, such as
 *     {@code alpha}; may be empty
 * @param descriptions what those numbers are, and those that the search tells at each step, the
 *     most telling first; a number without a description is shown by its name
 * @since 0.1
 */
public record Selection(
    List<Integer> layers, Map<String, List<Double>> scores, List<ScoreDescription> descriptions) {

  /**
   * Copies all.
   *
   * @throws IllegalArgumentException if the layers are not ascending and distinct
   */
  public Selection {
    layers = List.copyOf(layers);
    scores = Map.copyOf(scores);
    descriptions = List.copyOf(descriptions);
    for (int i = 1; i < layers.size(); i++) {
      if (layers.get(i - 1) >= layers.get(i)) {
        throw new IllegalArgumentException("layers are not ascending and distinct: " + layers);
      }
    }
  }

  /** A choice with scores that their names describe. */
  public Selection(List<Integer> layers, Map<String, List<Double>> scores) {
    this(layers, scores, List.of());
  }

  /** A choice without scores. */
  public static Selection of(List<Integer> layers) {
    return new Selection(layers, Map.of());
  }
}
