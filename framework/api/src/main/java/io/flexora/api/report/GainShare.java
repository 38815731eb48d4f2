package io.flexora.api.report;

import static java.util.stream.Collectors.joining;

import io.flexora.api.report.Contrast.Role;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * How much of what all layers gain over the frozen model the chosen ones gain, on one seed and the
 * same test examples.
 *
 * @param main the main cell
 * @param all the cell that adapts all layers
 * @param share the main cell's share: 1 if it gains as much as all layers, below 0 if it does worse
 *     than the frozen model
 * @param asMany the shares of other cells with as many layers, by the names of the cells
 * @since 0.1
 */
public record GainShare(
    CellOutcome main, CellOutcome all, double share, Map<String, Double> asMany) {

  /** A cell beside the main one. */
  private record Other(String name, CellOutcome cell, Contrast contrast) {

    /** How much better it is than the frozen model, in units of the metric. */
    double over(Other frozen) {
      return frozen.contrast.gain() - contrast.gain();
    }

    /** Whether that is more than sampling error explains, as of independent examples. */
    boolean isBetterThan(Other frozen, String metric) {
      OptionalDouble error =
          Contrast.independent(cell.metrics().get(metric), frozen.cell.metrics().get(metric));
      return new Contrast(Role.FROZEN, over(frozen), error).isBetter();
    }
  }

  /** Copies the shares. */
  public GainShare {
    Objects.requireNonNull(main);
    Objects.requireNonNull(all);
    asMany = Collections.unmodifiableMap(new LinkedHashMap<>(asMany));
  }

  /**
   * Compares the main cell of a run with the frozen model and all layers.
   *
   * @param metric the metric that decides
   * @return empty if the main cell adapts all layers or none, if the run has no cell of all layers
   *     or none of the frozen model, or if the former is not clearly better than the latter
   */
  public static Optional<GainShare> of(RunResult result, String metric) {
    List<Other> others = others(result, metric);
    Optional<Other> frozen = with(Role.FROZEN, others).findFirst();
    Optional<Other> all = with(Role.ALL, others).findFirst();
    if (frozen.isEmpty() || all.isEmpty() || !isPart(result.main().outcome(), result.layers())) {
      return Optional.empty();
    }
    return all.get().isBetterThan(frozen.get(), metric)
        ? Optional.of(of(result.main().outcome(), frozen.get(), all.get(), others))
        : Optional.empty();
  }

  private static GainShare of(CellOutcome main, Other frozen, Other all, List<Other> others) {
    double most = all.over(frozen);
    Map<String, Double> asMany = new LinkedHashMap<>();
    with(Role.AS_MANY, others)
        .forEach(other -> asMany.put(other.name(), other.over(frozen) / most));
    return new GainShare(main, all.cell(), frozen.contrast().gain() / most, asMany);
  }

  private static List<Other> others(RunResult result, String metric) {
    List<Other> others = new ArrayList<>();
    for (Map.Entry<String, CellResult> entry : result.baselines().entrySet()) {
      String name = entry.getKey();
      CellOutcome cell = entry.getValue().outcome();
      Contrast.of(result, name, metric)
          .ifPresent(contrast -> others.add(new Other(name, cell, contrast)));
    }
    return others;
  }

  private static Stream<Other> with(Role role, List<Other> others) {
    return others.stream().filter(other -> other.contrast().role() == role);
  }

  private static boolean isPart(CellOutcome main, int layers) {
    int chosen = main.selectedLayers().size();
    return chosen > 0 && (chosen < layers || !main.selectedModules().isEmpty());
  }

  /** The shares in one sentence, in per cent. */
  public String sentence() {
    long percent = percent(share);
    String gain =
        percent < 0
            ? "%s worse than the frozen model on these examples, by %d %% of what %s gain over it"
                .formatted(chosen("does", "do"), -percent, most())
            : "%s %d %% of what %s gain over the frozen model"
                .formatted(chosen("gains", "gain"), percent, most());
    return gain + ", with " + parameters() + " of the trainable parameters" + counterparts() + ".";
  }

  /** Says that all layers are clearly better than the frozen model and the chosen ones are not. */
  String onlyAllLayers() {
    return "%s not clearly better than the frozen model, although %s are."
        .formatted(chosen("is", "are"), most());
  }

  private String chosen(String doesOne, String doMany) {
    int modules = (int) main.selectedModules().stream().filter(chosen -> !chosen.shared()).count();
    int count = modules > 0 ? modules : main.selectedLayers().size();
    String noun = modules > 0 ? "module" : "layer";
    return count == 1
        ? "The chosen %s %s".formatted(noun, doesOne)
        : "The %d chosen %ss %s".formatted(count, noun, doMany);
  }

  private String most() {
    return main.selectedModules().isEmpty() ? "all " + all.selectedLayers().size() : "all modules";
  }

  private String parameters() {
    double percent = 100.0 * main.trainableParameters() / all.trainableParameters();
    return String.format(Locale.ROOT, percent < 10 ? "%.1f %%" : "%.0f %%", percent);
  }

  private String counterparts() {
    return asMany.isEmpty()
        ? ""
        : asMany.entrySet().stream()
            .map(other -> other.getKey() + " gains " + words(percent(other.getValue())))
            .collect(joining(", ", " (as many layers: ", ")"));
  }

  private static String words(long percent) {
    return percent < 0 ? "less than 0 %" : percent + " %";
  }

  private static long percent(double share) {
    return Math.round(100 * share);
  }
}
