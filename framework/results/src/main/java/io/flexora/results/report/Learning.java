package io.flexora.results.report;

import io.flexora.results.run.CellOutcome;
import io.flexora.results.run.RunResult;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The evidence of a run that anything was learnt: its cells against the frozen model, on one seed
 * and the same test examples.
 *
 * @param main the main cell
 * @param frozen the main cell against the frozen model
 * @param frozenHasHead whether a head was trained on the frozen model
 * @param share the main cell's share of what all layers gain; empty where {@link
 *     GainShare#of(RunResult, String)} is, as where all layers are not clearly better than the
 *     frozen model
 * @param better the name of the best of the other cells that are clearly better than the frozen
 *     model, those of posteriors left out; empty if none is
 * @since 0.1
 */
public record Learning(
    CellOutcome main,
    Contrast frozen,
    boolean frozenHasHead,
    Optional<GainShare> share,
    Optional<String> better) {

  /** Requires all. */
  public Learning {
    Objects.requireNonNull(main);
    Objects.requireNonNull(frozen);
    Objects.requireNonNull(share);
    Objects.requireNonNull(better);
  }

  /**
   * Compares the cells of a run with the frozen model.
   *
   * @param metric the metric that decides
   * @return empty if the main cell adapts no layer, if the run has no cell of the frozen model, or
   *     if no standard error of the difference between the two is known
   */
  public static Optional<Learning> of(RunResult result, String metric) {
    CellOutcome main = result.main().outcome();
    if (main.selectedLayers().isEmpty()) {
      return Optional.empty();
    }
    List<BaselineContrast> others = BaselineContrast.of(result, metric);
    return others.stream()
        .filter(other -> other.contrast().role() == Contrast.Role.FROZEN)
        .findFirst()
        .filter(frozen -> frozen.contrast().standardError().isPresent())
        .map(
            frozen ->
                new Learning(
                    main,
                    frozen.contrast(),
                    frozen.outcome().trainableParameters() > 0,
                    GainShare.of(result, metric),
                    better(others, frozen, metric)));
  }

  private static Optional<String> better(
      List<BaselineContrast> others, BaselineContrast frozen, String metric) {
    return BaselineContrast.best(
            others.stream()
                .filter(BaselineContrast::isTrained)
                .filter(other -> other.isBetterThan(frozen, metric)))
        .map(BaselineContrast::name);
  }

  /** Whether the main cell is clearly better than the frozen model. */
  public boolean mainIsBetter() {
    return frozen.isBetter();
  }

  /** Whether no cell is clearly better than the frozen model, those of posteriors left out. */
  public boolean isNothing() {
    return !mainIsBetter() && better.isEmpty();
  }
}
