package io.flexora.report.html.figure;

import static java.util.stream.Collectors.toSet;

import io.flexora.api.plan.ChosenModule;
import io.flexora.report.html.evidence.Outcome;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The part of a model that a cell adapts: layers or, where its strategy looks at modules, modules
 * of layers.
 *
 * @param modules how many modules have an adapter of their own; 0 for all target modules
 * @param offered how many modules there were to choose from; empty if that is not recorded
 * @param ranks the different ranks of these modules, ascending
 * @param layers the layers of these modules, ascending
 * @param sharing the layers in which modules share an adapter, ascending
 * @param depth how many layers the model has
 */
record Extent(
    int modules,
    OptionalInt offered,
    List<Integer> ranks,
    List<Integer> layers,
    List<Integer> sharing,
    int depth) {

  /**
   * Reads it of a cell that has chosen.
   *
   * @param depth how many layers the model has
   */
  static Extent of(Outcome outcome, int depth) {
    List<ChosenModule> shared = outcome.modules().stream().filter(ChosenModule::shared).toList();
    List<ChosenModule> own =
        outcome.modules().stream().filter(Predicate.not(ChosenModule::shared)).toList();
    return new Extent(
        own.size(),
        offered(outcome, depth),
        ranksOf(own),
        own.isEmpty() ? outcome.layers().orElseThrow() : layersOf(own),
        layersOf(shared),
        depth);
  }

  /** A module that has scores could be chosen in each layer. */
  private static OptionalInt offered(Outcome outcome, int depth) {
    Set<String> scored =
        outcome.moduleScores().values().stream()
            .flatMap(scores -> scores.keySet().stream())
            .collect(toSet());
    return outcome.modules().stream().map(ChosenModule::module).allMatch(scored::contains)
        ? OptionalInt.of(scored.size() * depth)
        : OptionalInt.empty();
  }

  private static List<Integer> ranksOf(List<ChosenModule> modules) {
    return modules.stream()
        .map(ChosenModule::rank)
        .flatMapToInt(OptionalInt::stream)
        .distinct()
        .sorted()
        .boxed()
        .toList();
  }

  private static List<Integer> layersOf(List<ChosenModule> modules) {
    return modules.stream().map(ChosenModule::layer).distinct().sorted().toList();
  }

  /** What is counted: modules or layers. */
  String what() {
    return modules > 0 ? "modules" : "layers";
  }

  /** How many of these are adapted, such as {@code 31 of 72}. */
  String count() {
    if (modules == 0) {
      return layers.size() + " of " + depth;
    }
    return offered.isPresent() ? modules + " of " + offered.getAsInt() : "" + modules;
  }

  /** Which they are, to stand below the count. */
  String note() {
    return modules > 0
        ? "in %d of %d layers: %s%s"
            .formatted(layers.size(), depth, Numerals.ranges(layers), details())
        : Numerals.ranges(layers);
  }

  /**
   * What the cell chose, such as {@code 31 of 72 modules in 11 of 12 layers (0–10), with ranks from
   * 2 to 12}.
   */
  String words() {
    String listed = layers.isEmpty() ? "" : " (" + Numerals.ranges(layers) + ")";
    return "%s%d of %d layers%s%s".formatted(ofModules(), layers.size(), depth, listed, details());
  }

  private String ofModules() {
    if (modules == 0) {
      return "";
    }
    return count() + (offered.isEmpty() && modules == 1 ? " module in " : " modules in ");
  }

  private String details() {
    String ranked =
        ranks.size() > 1
            ? ", with ranks from %d to %d".formatted(ranks.get(0), ranks.get(ranks.size() - 1))
            : "";
    String shared =
        sharing.isEmpty()
            ? ""
            : ", with shared adapters in %s %s"
                .formatted(sharing.size() == 1 ? "layer" : "layers", Numerals.ranges(sharing));
    return ranked + shared;
  }
}
