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
   * The description of a number of each layer, for those who show it: a score of a {@link
   * Selection}, or a list that a search tells at each step.
   *
   * @param name its name among the scores or among the figures of a step
   * @param title the noun for one number, such as {@code gate}
   * @param unit its unit, such as {@code nats}; empty for a number without one
   * @param neutral the number of a layer that the strategy neither prefers nor avoids; bars begin
   *     there
   * @param meaning the meaning of the neutral number, such as {@code as in plain LoRA}
   */
  public record ScoreDescription(
      String name, String title, Optional<String> unit, double neutral, Optional<String> meaning) {

    /** Requires all components. */
    public ScoreDescription {
      Objects.requireNonNull(name);
      Objects.requireNonNull(title);
      Objects.requireNonNull(unit);
      Objects.requireNonNull(meaning);
    }

    /** A number without a unit, of which 0 is the neutral one. */
    public static ScoreDescription of(String name, String title) {
      return new ScoreDescription(name, title, Optional.empty(), 0, Optional.empty());
    }

    /** The same in a unit. */
    public ScoreDescription withUnit(String newUnit) {
      return new ScoreDescription(name, title, Optional.of(newUnit), neutral, meaning);
    }

    /** The same with another neutral number, and what that stands for. */
    public ScoreDescription withNeutral(double value, String means) {
      return new ScoreDescription(name, title, unit, value, Optional.of(means));
    }
  }

  /**
   * The end of a search that ended by itself before all of its steps, with its reason.
   *
   * @param steps the steps that it took
   * @param planned the steps that it would have taken
   * @param unit the name of a step, in the plural, such as {@code outer steps}
   * @param reason the reason of the end, a clause without a full stop
   */
  public record SearchEnd(long steps, long planned, String unit, String reason) {

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if the search took all of its steps
     */
    public SearchEnd {
      if (steps < 0 || steps >= planned) {
        throw new IllegalArgumentException(
            "a search that took %d of %d %s did not end early".formatted(steps, planned, unit));
      }
    }

    /** Says it, such as {@code ended after 12 of 40 outer steps: ...}. */
    public String sentence() {
      return "ended after %d of %d %s: %s".formatted(steps, planned, unit, reason);
    }
  }

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
