package io.flexora.results.report;

import io.flexora.results.run.CellOutcome;
import io.flexora.results.run.RunResult;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
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
    List<BaselineContrast> others = BaselineContrast.of(result, metric);
    Optional<BaselineContrast> frozen = with(Contrast.Role.FROZEN, others).findFirst();
    Optional<BaselineContrast> all = BaselineContrast.best(with(Contrast.Role.ALL, others));
    if (frozen.isEmpty() || all.isEmpty() || !isPart(result.main().outcome(), result.layers())) {
      return Optional.empty();
    }
    return all.get().isBetterThan(frozen.get(), metric)
        ? Optional.of(of(result.main().outcome(), frozen.get(), all.get(), others))
        : Optional.empty();
  }

  private static GainShare of(
      CellOutcome main,
      BaselineContrast frozen,
      BaselineContrast all,
      List<BaselineContrast> others) {
    double most = all.over(frozen);
    Map<String, Double> asMany = new LinkedHashMap<>();
    with(Contrast.Role.AS_MANY, others)
        .forEach(other -> asMany.put(other.name(), other.over(frozen) / most));
    boolean several = with(Contrast.Role.ALL, others).count() > 1;
    return new GainShare(
        main,
        all.outcome(),
        Optional.of(all.name()).filter(name -> several),
        frozen.contrast().gain() / most,
        asMany);
  }

  private static Stream<BaselineContrast> with(Contrast.Role role, List<BaselineContrast> others) {
    return others.stream().filter(other -> other.contrast().role() == role);
  }

  private static boolean isPart(CellOutcome main, int layers) {
    int chosen = main.selectedLayers().size();
    return chosen > 0 && (chosen < layers || !main.selectedModules().isEmpty());
  }
}
