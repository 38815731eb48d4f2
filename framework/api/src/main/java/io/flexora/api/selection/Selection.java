package io.flexora.api.selection;

import io.flexora.api.plan.ChosenModule;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The layers that a strategy chose, and why.
 *
 * @param layers the chosen layers, from 0, ascending and distinct; may be empty
 * @param modules the chosen modules of these layers, at least one of each, where the strategy looks
 *     at modules; empty where it takes all target modules with the rank that the adapter says
 * @param scores a number for each layer of the model by the name of what it measures, such as
 *     {@code alpha}; may be empty
 * @param moduleScores a number for each layer of the model, by the name of what it measures and by
 *     the name of the module; may be empty
 * @param descriptions the meanings of those numbers and of those that the search reports at each
 *     step, the most telling first; a number without a description is shown by its name
 * @param end that the search ended by itself before all of its steps; empty if it did not
 * @param values the trained values of what was chosen, where the {@linkplain Selector#start
 *     training begins} at them; empty otherwise, and once they are kept
 * @since 0.1
 */
public record Selection(
    List<Integer> layers,
    List<ChosenModule> modules,
    Map<String, List<Double>> scores,
    Map<String, Map<String, List<Double>>> moduleScores,
    List<ScoreDescription> descriptions,
    Optional<SearchEnd> end,
    Optional<TrainedValues> values) {

  /**
   * Copies all.
   *
   * @throws IllegalArgumentException if the layers are not ascending and distinct, or the modules
   *     are not of all these layers
   */
  public Selection {
    layers = List.copyOf(layers);
    modules = List.copyOf(modules);
    scores = Map.copyOf(scores);
    moduleScores = Map.copyOf(moduleScores);
    descriptions = List.copyOf(descriptions);
    Objects.requireNonNull(end);
    Objects.requireNonNull(values);
    for (int i = 1; i < layers.size(); i++) {
      if (layers.get(i - 1) >= layers.get(i)) {
        throw new IllegalArgumentException("layers are not ascending and distinct: " + layers);
      }
    }
    List<Integer> ofModules =
        modules.stream().map(ChosenModule::layer).distinct().sorted().toList();
    if (!modules.isEmpty() && !ofModules.equals(layers)) {
      throw new IllegalArgumentException(
          "the modules are of the layers %s, the chosen layers are %s"
              .formatted(ofModules, layers));
    }
  }

  /** A choice of whole layers. */
  public Selection(
      List<Integer> layers, Map<String, List<Double>> scores, List<ScoreDescription> descriptions) {
    this(layers, List.of(), scores, Map.of(), descriptions, Optional.empty(), Optional.empty());
  }

  /**
   * A choice of modules.
   *
   * @param modules by layer, and in a layer in the order of the forward pass
   */
  public static Selection ofModules(
      List<ChosenModule> modules,
      Map<String, List<Double>> scores,
      Map<String, Map<String, List<Double>>> moduleScores,
      List<ScoreDescription> descriptions) {
    List<Integer> layers = modules.stream().map(ChosenModule::layer).distinct().sorted().toList();
    return new Selection(
        layers, modules, scores, moduleScores, descriptions, Optional.empty(), Optional.empty());
  }

  /** A choice with scores that their names describe. */
  public Selection(List<Integer> layers, Map<String, List<Double>> scores) {
    this(layers, scores, List.of());
  }

  /** A choice without scores. */
  public static Selection of(List<Integer> layers) {
    return new Selection(layers, Map.of());
  }

  /** The same choice by a search that ended by itself, if it did. */
  public Selection endedBy(Optional<SearchEnd> searchEnd) {
    return new Selection(layers, modules, scores, moduleScores, descriptions, searchEnd, values);
  }

  /** The same choice with other trained values, or without any. */
  public Selection with(Optional<TrainedValues> trained) {
    return new Selection(layers, modules, scores, moduleScores, descriptions, end, trained);
  }
}
