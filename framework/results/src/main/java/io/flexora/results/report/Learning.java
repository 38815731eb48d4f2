package io.flexora.results.report;

import io.flexora.results.report.Contrast.Role;
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
    List<OtherCell> others = OtherCell.of(result, metric);
    return others.stream()
        .filter(other -> other.contrast().role() == Role.FROZEN)
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

  private static Optional<String> better(List<OtherCell> others, OtherCell frozen, String metric) {
    return OtherCell.best(
            others.stream()
                .filter(OtherCell::isTrained)
                .filter(other -> other.isBetterThan(frozen, metric)))
        .map(OtherCell::name);
  }

  /** Whether the main cell is clearly better than the frozen model. */
  public boolean mainIsBetter() {
    return frozen.isBetter();
  }

  /** Whether no cell is clearly better than the frozen model, those of posteriors left out. */
  public boolean isNothing() {
    return !mainIsBetter() && better.isEmpty();
  }

  /** What the frozen model is to be called, so that nobody takes it for an untrained one. */
  public String frozenWords() {
    return frozenHasHead ? "a head trained on the frozen model" : "the frozen model";
  }

  /**
   * Says that the chosen layers are not clearly better than the frozen model and that others are,
   * so that the choice has failed and not the learning; empty where it is otherwise.
   */
  public Optional<String> onlyOthers() {
    return mainIsBetter()
        ? Optional.empty()
        : share
            .map(found -> found.most() + " are")
            .or(() -> better.map(name -> name + " is"))
            .map(this::onlyOthers);
  }

  private String onlyOthers(String others) {
    String chosen = GainShare.chosen(main, "is", "are");
    return frozen.isWorse()
        ? "%s clearly worse than the frozen model, although %s clearly better."
            .formatted(chosen, others)
        : "%s not clearly better than the frozen model, although %s.".formatted(chosen, others);
  }
}
