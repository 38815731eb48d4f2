package io.flexora.results.report;

import io.flexora.results.run.CellOutcome;
import io.flexora.results.run.RunCell;
import io.flexora.results.run.RunResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * A cell of a run beside the main one.
 *
 * @param name its name
 * @param outcome what came out of it
 * @param contrast the main cell against it
 */
record BaselineContrast(String name, CellOutcome outcome, Contrast contrast) {

  /** All that the main cell can be compared with, in the order of the run. */
  static List<BaselineContrast> of(RunResult result, String metric) {
    List<BaselineContrast> cells = new ArrayList<>();
    result
        .baselines()
        .forEach(
            (name, cell) ->
                Contrast.of(result, name, metric)
                    .ifPresent(
                        contrast ->
                            cells.add(new BaselineContrast(name, cell.outcome(), contrast))));
    return cells;
  }

  /** The best of some, the first of equal ones. */
  static Optional<BaselineContrast> best(Stream<BaselineContrast> cells) {
    return cells.min(Comparator.comparingDouble(cell -> cell.contrast().gain()));
  }

  /** Whether it predicts with the parameters that it has trained, and not with a posterior. */
  boolean isTrained() {
    return RunCell.of(name).posterior().isEmpty();
  }

  /** How much better it is than another, in units of the metric. */
  double over(BaselineContrast other) {
    return other.contrast.gain() - contrast.gain();
  }

  /** Whether it is clearly better than the frozen model. */
  boolean isBetterThan(BaselineContrast frozen, String metric) {
    return new Contrast(Contrast.Role.FROZEN, over(frozen), error(frozen, metric)).isBetter();
  }

  /**
   * The standard error of its difference to another: as of independent examples or, where that is
   * not known, the most that it can be by the errors of the main cell against both.
   */
  private OptionalDouble error(BaselineContrast other, String metric) {
    OptionalDouble independent =
        Contrast.independent(outcome.metrics().get(metric), other.outcome.metrics().get(metric));
    OptionalDouble toThis = contrast.standardError();
    OptionalDouble toOther = other.contrast.standardError();
    return independent.isPresent() || toThis.isEmpty() || toOther.isEmpty()
        ? independent
        : OptionalDouble.of(toThis.getAsDouble() + toOther.getAsDouble());
  }
}
