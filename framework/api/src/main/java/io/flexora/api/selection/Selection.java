package io.flexora.api.selection;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The layers that a strategy chose, and why.
 *
 * @param layers the chosen layers, from 0, ascending and distinct; may be empty
 * @param scores a number for each layer of the model by the name of what it measures, such as
 *     {@code alpha}; may be empty
 * @param descriptions what those numbers are, and those that the search tells at each step, the
 *     most telling first; a number without a description is shown by its name
 * @param end that the search ended by itself before all of its steps; empty if it did not
 * @since 0.1
 */
public record Selection(
    List<Integer> layers,
    Map<String, List<Double>> scores,
    List<ScoreDescription> descriptions,
    Optional<SearchEnd> end) {

  /**
   * Copies all.
   *
   * @throws IllegalArgumentException if the layers are not ascending and distinct
   */
  public Selection {
    layers = List.copyOf(layers);
    scores = Map.copyOf(scores);
    descriptions = List.copyOf(descriptions);
    Objects.requireNonNull(end);
    for (int i = 1; i < layers.size(); i++) {
      if (layers.get(i - 1) >= layers.get(i)) {
        throw new IllegalArgumentException("layers are not ascending and distinct: " + layers);
      }
    }
  }

  /** A choice after all steps of its search. */
  public Selection(
      List<Integer> layers, Map<String, List<Double>> scores, List<ScoreDescription> descriptions) {
    this(layers, scores, descriptions, Optional.empty());
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
