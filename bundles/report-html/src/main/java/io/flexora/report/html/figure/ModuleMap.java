package io.flexora.report.html.figure;

import io.flexora.api.plan.ChosenModule;
import io.flexora.report.html.evidence.Evidence;
import io.flexora.report.html.evidence.Outcome;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A map of the modules of layers that are adapted, with their ranks.
 *
 * @param title the cell, or the strategy
 * @param colour the number of its colour
 * @param note what the shades show; may be empty
 * @param layers the layers from the embedding (0) to the output
 * @param rows its modules
 */
public record ModuleMap(
    String title, int colour, String note, List<LayerMap.Layer> layers, List<ModuleLayers> rows) {

  /** What is shown of a module that has no adapter of its own. */
  private static final double SHARED = 0.3;

  /** A module: its layers, and in words which of them have it. */
  public record ModuleLayers(String title, List<Box> boxes, String words) {}

  /** A module of a layer: its share of the highest rank, from 0 for a frozen one to 1. */
  public record Box(String share, String tip) {}

  /** Draws the map of each cell that has chosen modules. */
  public static List<ModuleMap> of(Evidence evidence) {
    return evidence.outcomes().stream()
        .filter(outcome -> !outcome.modules().isEmpty() && evidence.layers() > 0)
        .map(outcome -> of(outcome, evidence.layers()))
        .toList();
  }

  private static ModuleMap of(Outcome outcome, int layers) {
    int most =
        outcome.modules().stream().mapToInt(chosen -> chosen.rank().orElse(1)).max().orElse(1);
    return new ModuleMap(
        outcome.title(),
        outcome.colour(),
        outcome.modules().stream().anyMatch(chosen -> chosen.rank().isPresent())
            ? "Darker: a higher rank."
            : shared(outcome),
        LayerMap.layers(layers),
        names(outcome).stream().map(name -> row(outcome, name, layers, most)).toList());
  }

  private static String shared(Outcome outcome) {
    return outcome.modules().stream().anyMatch(ChosenModule::shared)
        ? "Light: layers that share one adapter of the module."
        : "";
  }

  /** How many columns the map has. */
  public int width() {
    return layers.size();
  }

  /** The chosen modules as they are chosen, and then those that have scores alone. */
  private static Set<String> names(Outcome outcome) {
    Set<String> names = new LinkedHashSet<>();
    outcome.modules().forEach(chosen -> names.add(chosen.module()));
    outcome.moduleScores().values().forEach(scores -> names.addAll(new TreeSet<>(scores.keySet())));
    return names;
  }

  private static ModuleLayers row(Outcome outcome, String module, int layers, int most) {
    List<ChosenModule> own =
        outcome.modules().stream().filter(chosen -> chosen.module().equals(module)).toList();
    String words =
        own.isEmpty()
            ? "none"
            : own.stream()
                .map(c -> c.layer() + (c.shared() ? " shared" : ranked(c, " rank ")))
                .collect(Collectors.joining(", "));
    return new ModuleLayers(
        module,
        IntStream.range(0, layers).mapToObj(l -> box(outcome, module, own, l, most)).toList(),
        words);
  }

  private static Box box(
      Outcome outcome, String module, List<ChosenModule> own, int layer, int most) {
    Optional<ChosenModule> chosen = own.stream().filter(c -> c.layer() == layer).findFirst();
    StringBuilder tip =
        new StringBuilder("%s, layer %d, %s".formatted(outcome.title(), layer, module));
    tip.append(chosen.map(ModuleMap::words).orElse(": frozen"));
    outcome
        .moduleScores()
        .forEach(
            (name, scores) ->
                score(scores, module, layer)
                    .ifPresent(
                        score ->
                            tip.append("; ")
                                .append(name.replace('_', ' '))
                                .append(' ')
                                .append(Numerals.fixed(score, 4))));
    double share = chosen.map(c -> c.shared() ? SHARED : share(c, most)).orElse(0.0);
    return new Box(String.format(Locale.ROOT, "%.3f", share), tip.toString());
  }

  private static double share(ChosenModule chosen, int most) {
    return (double) chosen.rank().orElse(most) / most;
  }

  private static String words(ChosenModule chosen) {
    if (chosen.shared()) {
      return ": adapted as in the other layers that share the adapter";
    }
    return chosen.rank().isPresent() ? ranked(chosen, ": rank ") : ": adapted";
  }

  private static String ranked(ChosenModule chosen, String before) {
    return chosen.rank().isPresent() ? before + chosen.rank().getAsInt() : "";
  }

  private static Optional<Double> score(
      Map<String, List<Double>> scores, String module, int layer) {
    List<Double> ofModule = scores.getOrDefault(module, List.of());
    return layer < ofModule.size() && Double.isFinite(ofModule.get(layer))
        ? Optional.of(ofModule.get(layer))
        : Optional.empty();
  }
}
