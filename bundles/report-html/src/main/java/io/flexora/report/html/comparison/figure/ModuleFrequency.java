package io.flexora.report.html.comparison.figure;

import io.flexora.api.plan.ChosenModule;
import io.flexora.report.html.comparison.Group;
import io.flexora.report.html.comparison.SeedCell;
import io.flexora.report.html.comparison.Strategy;
import io.flexora.report.html.figure.LayerMap;
import io.flexora.report.html.figure.ModuleMap;
import io.flexora.report.html.figure.Numerals;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The frequency of each module of each layer in the choices of strategies that choose modules, over
 * their seeds.
 */
final class ModuleFrequency {

  private final Strategy strategy;
  private final int layers;
  private final int seeds;
  private final List<ChosenModule> choices;
  private final boolean hasRanks;
  private final int most;

  private ModuleFrequency(Strategy strategy, int layers) {
    this.strategy = strategy;
    this.layers = layers;
    List<List<ChosenModule>> bySeed =
        strategy.done().stream()
            .map(SeedCell::found)
            .flatMap(cell -> cell.selectedModules().stream())
            .filter(modules -> !modules.isEmpty())
            .toList();
    this.seeds = bySeed.size();
    this.choices =
        bySeed.stream().flatMap(List::stream).filter(chosen -> !chosen.shared()).toList();
    this.hasRanks = choices.stream().anyMatch(chosen -> chosen.rank().isPresent());
    this.most = choices.stream().mapToInt(ModuleFrequency::rank).max().orElse(1);
  }

  /** A map of each strategy that chose modules with some seed. */
  static List<ModuleMap> of(Group group) {
    return group.layers() == 0
        ? List.of()
        : group.strategies().stream()
            .map(strategy -> new ModuleFrequency(strategy, group.layers()))
            .filter(frequency -> frequency.seeds > 0)
            .map(ModuleFrequency::map)
            .toList();
  }

  private ModuleMap map() {
    return new ModuleMap(
        strategy.title(),
        strategy.colour(),
        "Darker: chosen with more seeds" + (hasRanks ? " and higher ranks." : "."),
        LayerMap.layers(layers),
        choices.stream().map(ChosenModule::module).distinct().map(this::row).toList());
  }

  private ModuleMap.ModuleLayers row(String module) {
    List<List<ChosenModule>> ofLayers =
        IntStream.range(0, layers).mapToObj(layer -> chosen(module, layer)).toList();
    String words =
        IntStream.range(0, layers)
            .filter(layer -> !ofLayers.get(layer).isEmpty())
            .mapToObj(layer -> layer + " " + share(ofLayers.get(layer)))
            .collect(Collectors.joining(", "));
    return new ModuleMap.ModuleLayers(
        module,
        IntStream.range(0, layers)
            .mapToObj(layer -> box(module, layer, ofLayers.get(layer)))
            .toList(),
        words);
  }

  private ModuleMap.Box box(String module, int layer, List<ChosenModule> chosen) {
    double ranks = chosen.stream().mapToInt(ModuleFrequency::rank).sum();
    String tip =
        "%s, layer %d, %s: with %d of %d seeds"
            .formatted(strategy.name(), layer, module, chosen.size(), seeds);
    return new ModuleMap.Box(
        String.format(Locale.ROOT, "%.3f", ranks / most / seeds),
        hasRanks && !chosen.isEmpty()
            ? tip + ", mean rank " + Numerals.fixed(ranks / seeds, 1)
            : tip);
  }

  /** How a module of a layer was chosen, once for each seed with which it was. */
  private List<ChosenModule> chosen(String module, int layer) {
    return choices.stream()
        .filter(chosen -> chosen.layer() == layer && chosen.module().equals(module))
        .toList();
  }

  private String share(List<ChosenModule> chosen) {
    return Numerals.percent((double) chosen.size() / seeds);
  }

  /** A module without a rank counts as 1. */
  private static int rank(ChosenModule chosen) {
    return chosen.rank().orElse(1);
  }
}
