package io.flexora.comparison.analysis;

import io.flexora.api.plan.ChosenModule;
import io.flexora.results.run.CellOutcome;
import io.flexora.statistics.ChoiceStability;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The choices of the cells of a strategy, to be compared: sets of layers or, where some cell chose
 * modules, of modules of layers. Ranks do not count, and modules that share one adapter are not
 * chosen.
 *
 * @param sets a set of numbers for each cell, one number for each layer or module of a layer
 * @param elements how many of these there are to choose from; empty where no run tells how many
 *     layers the model has
 */
record ChosenSets(List<Set<Integer>> sets, OptionalInt elements) {

  /**
   * Makes the sets. A module that can be chosen is one that some cell chose or told a score of; a
   * cell that chose whole layers has all modules of these.
   *
   * @param layers how many layers the model has
   */
  static ChosenSets of(List<CellOutcome> outcomes, OptionalInt layers) {
    if (outcomes.stream().allMatch(outcome -> outcome.selectedModules().isEmpty())) {
      return new ChosenSets(
          outcomes.stream().<Set<Integer>>map(o -> new HashSet<>(o.selectedLayers())).toList(),
          layers);
    }
    List<String> modules =
        List.copyOf(
            outcomes.stream()
                .flatMap(ChosenSets::modules)
                .collect(Collectors.toCollection(TreeSet::new)));
    return new ChosenSets(
        outcomes.stream().map(outcome -> pairs(outcome, modules)).toList(),
        layers.isPresent()
            ? OptionalInt.of(layers.getAsInt() * modules.size())
            : OptionalInt.empty());
  }

  private static Stream<String> modules(CellOutcome outcome) {
    return Stream.concat(
        outcome.selectedModules().stream().map(ChosenModule::module),
        outcome.moduleScores().values().stream().flatMap(scores -> scores.keySet().stream()));
  }

  private static Set<Integer> pairs(CellOutcome outcome, List<String> modules) {
    return outcome.selectedModules().isEmpty()
        ? outcome.selectedLayers().stream()
            .flatMap(
                layer ->
                    IntStream.range(0, modules.size()).mapToObj(m -> layer * modules.size() + m))
            .collect(Collectors.toSet())
        : outcome.selectedModules().stream()
            .filter(chosen -> !chosen.shared())
            .map(chosen -> chosen.layer() * modules.size() + modules.indexOf(chosen.module()))
            .collect(Collectors.toSet());
  }

  /** Whether something was chosen by some cell. */
  boolean isAny() {
    return sets.stream().anyMatch(set -> !set.isEmpty());
  }

  /** The mean Jaccard index of two of the sets; empty if there are not two. */
  OptionalDouble jaccard() {
    return FiniteValues.number(ChoiceStability.jaccard(sets));
  }

  /** The same of sets of these sizes that are drawn at random; empty if that is not known. */
  OptionalDouble jaccardByChance() {
    return elements.isPresent()
        ? FiniteValues.number(ChoiceStability.jaccardByChance(sets, elements.getAsInt()))
        : OptionalDouble.empty();
  }
}
