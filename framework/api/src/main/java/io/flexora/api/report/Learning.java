package io.flexora.api.report;

import io.flexora.api.report.Contrast.Role;
import java.util.Objects;
import java.util.Optional;

/**
 * Whether a run shows that anything was learnt: the main cell and that of all layers against the
 * frozen model, on one seed and the same test examples.
 *
 * @param mainIsBetter whether the main cell is clearly better than the frozen model
 * @param share the main cell's share of what all layers gain; empty where {@link
 *     GainShare#of(RunResult, String)} is, as where all layers are not clearly better either
 * @since 0.1
 */
public record Learning(boolean mainIsBetter, Optional<GainShare> share) {

  /** Requires both. */
  public Learning {
    Objects.requireNonNull(share);
  }

  /**
   * Compares the cells of a run with the frozen model.
   *
   * @param metric the metric that decides
   * @return empty if the main cell adapts no layer, or if the run has no cell of the frozen model
   */
  public static Optional<Learning> of(RunResult result, String metric) {
    if (result.main().outcome().selectedLayers().isEmpty()) {
      return Optional.empty();
    }
    return result.baselines().keySet().stream()
        .flatMap(name -> Contrast.of(result, name, metric).stream())
        .filter(contrast -> contrast.role() == Role.FROZEN)
        .findFirst()
        .map(frozen -> new Learning(frozen.isBetter(), GainShare.of(result, metric)));
  }

  /**
   * Whether neither the main cell is clearly better than the frozen model, nor that of all layers
   * where there is one.
   */
  public boolean isNothing() {
    return !mainIsBetter && share.isEmpty();
  }

  /**
   * Says that all layers are clearly better than the frozen model and the chosen ones are not;
   * empty where it is otherwise.
   */
  public Optional<String> onlyAllLayers() {
    return mainIsBetter ? Optional.empty() : share.map(GainShare::onlyAllLayers);
  }
}
