package io.flexora.report.html.comparison.figure;

import io.flexora.api.model.ChosenModule;
import io.flexora.report.html.comparison.Group;
import io.flexora.report.html.comparison.SeedCell;
import io.flexora.report.html.comparison.Strategy;
import io.flexora.report.html.figure.LayerMap;
import io.flexora.report.html.figure.ModuleMap;
import io.flexora.report.html.figure.Numerals;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Which modules of which layers the strategies chose that choose modules, over their seeds. */
final class ModuleFrequency {

  private final Strategy strategy;
  private final int layers;
  private final List<List<ChosenModule>> choices;
  private final int most;

  private ModuleFrequency(Strategy strategy, int layers) {
    this.strategy = strategy;
    this.layers = layers;
    this.choices = choices(strategy);
    this.most =
        choices.stream()
            .flatMap(List::stream)
            .mapToInt(chosen -> chosen.rank().orElse(1))
            .max()
            .orElse(1);
  }

  /** A map of each strategy that chose modules with some seed. */
  static List<ModuleMap> of(Group group) {
    return group.layers() == 0
        ? List.of()
        : group.strategies().stream()
            .filter(strategy -> !choices(strategy).isEmpty())
            .map(strategy -> new ModuleFrequency(strategy, group.layers()).map())
            .toList();
  }

  private static List<List<ChosenModule>> choices(Strategy strategy) {
    return strategy.done().stream()
        .map(SeedCell::found)
        .flatMap(cell -> cell.selectedModules().stream())
        .filter(modules -> !modules.isEmpty())
        .toList();
  }

  private ModuleMap map() {
    Set<String> names = new LinkedHashSet<>();
    choices.forEach(choice -> choice.forEach(chosen -> names.add(chosen.module())));
    return new ModuleMap(
        strategy.title(),
        strategy.colour(),
        "Darker: chosen with more seeds" + (hasRanks() ? " and higher ranks." : "."),
        LayerMap.layers(layers),
        names.stream().map(this::row).toList());
  }

  private boolean hasRanks() {
    return choices.stream().flatMap(List::stream).anyMatch(chosen -> chosen.rank().isPresent());
  }

  private ModuleMap.Row row(String module) {
    String words =
        IntStream.range(0, layers)
            .filter(layer -> seeds(module, layer) > 0)
            .mapToObj(
                layer -> layer + " " + Numerals.percent(seeds(module, layer) / choices.size()))
            .collect(Collectors.joining(", "));
    return new ModuleMap.Row(
        module, IntStream.range(0, layers).mapToObj(layer -> box(module, layer)).toList(), words);
  }

  private ModuleMap.Box box(String module, int layer) {
    double seeds = seeds(module, layer);
    double ranks = ranks(module, layer);
    String tip =
        "%s, layer %d, %s: with %d of %d seeds"
            .formatted(strategy.name(), layer, module, (int) seeds, choices.size());
    return new ModuleMap.Box(
        String.format(Locale.ROOT, "%.3f", ranks / most / choices.size()),
        hasRanks() && seeds > 0
            ? tip + ", mean rank " + Numerals.fixed(ranks / choices.size(), 1)
            : tip);
  }

  private double seeds(String module, int layer) {
    return choices.stream().flatMap(List::stream).filter(c -> isOf(c, module, layer)).count();
  }

  /** The sum of the ranks over the seeds, 0 where the module is frozen; 1 without a rank. */
  private double ranks(String module, int layer) {
    return choices.stream()
        .flatMap(List::stream)
        .filter(chosen -> isOf(chosen, module, layer))
        .mapToInt(chosen -> chosen.rank().orElse(1))
        .sum();
  }

  private static boolean isOf(ChosenModule chosen, String module, int layer) {
    return chosen.layer() == layer && chosen.module().equals(module);
  }
}
