package io.flexora.results.report;

import static java.util.stream.Collectors.joining;

import io.flexora.results.report.Contrast.Role;
import io.flexora.results.run.CellOutcome;
import io.flexora.results.run.RunResult;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The share of the gain of all layers over the frozen model that the chosen ones have, on one seed
 * and the same test examples.
 *
 * @param main the main cell
 * @param all the cell that adapts all layers; of several the best
 * @param nameOfAll its name, where there are several; else empty
 * @param share the main cell's share: 1 if it gains as much as all layers, below 0 if it does worse
 *     than the frozen model
 * @param asMany the shares of other cells with as many layers, by the names of the cells
 * @since 0.1
 */
public record GainShare(
    CellOutcome main,
    CellOutcome all,
    Optional<String> nameOfAll,
    double share,
    Map<String, Double> asMany) {

  /** Copies the shares. */
  public GainShare {
    Objects.requireNonNull(main);
    Objects.requireNonNull(all);
    Objects.requireNonNull(nameOfAll);
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
    List<OtherCell> others = OtherCell.of(result, metric);
    Optional<OtherCell> frozen = with(Role.FROZEN, others).findFirst();
    Optional<OtherCell> all = OtherCell.best(with(Role.ALL, others));
    if (frozen.isEmpty() || all.isEmpty() || !isPart(result.main().outcome(), result.layers())) {
      return Optional.empty();
    }
    return all.get().isBetterThan(frozen.get(), metric)
        ? Optional.of(of(result.main().outcome(), frozen.get(), all.get(), others))
        : Optional.empty();
  }

  private static GainShare of(
      CellOutcome main, OtherCell frozen, OtherCell all, List<OtherCell> others) {
    double most = all.over(frozen);
    Map<String, Double> asMany = new LinkedHashMap<>();
    with(Role.AS_MANY, others)
        .forEach(other -> asMany.put(other.name(), other.over(frozen) / most));
    boolean several = with(Role.ALL, others).count() > 1;
    return new GainShare(
        main,
        all.outcome(),
        Optional.of(all.name()).filter(name -> several),
        frozen.contrast().gain() / most,
        asMany);
  }

  private static Stream<OtherCell> with(Role role, List<OtherCell> others) {
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
                .formatted(chosen(main, "does", "do"), -percent, most())
            : "%s %d %% of what %s gain over the frozen model"
                .formatted(chosen(main, "gains", "gain"), percent, most());
    return gain + ", with " + parameters() + " of the trainable parameters" + counterparts() + ".";
  }

  /** What the main cell has chosen and does, such as {@code The 3 chosen layers gain}. */
  static String chosen(CellOutcome main, String doesOne, String doMany) {
    int modules = (int) main.selectedModules().stream().filter(chosen -> !chosen.shared()).count();
    int count = modules > 0 ? modules : main.selectedLayers().size();
    String noun = modules > 0 ? "module" : "layer";
    return count == 1
        ? "The chosen %s %s".formatted(noun, doesOne)
        : "The %d chosen %ss %s".formatted(count, noun, doMany);
  }

  /** All layers or modules in words, such as {@code all 12}. */
  String most() {
    String most =
        main.selectedModules().isEmpty() ? "all " + all.selectedLayers().size() : "all modules";
    return nameOfAll.map(name -> most + " (" + name + ")").orElse(most);
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
