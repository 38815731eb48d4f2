package io.flexora.results.report;

import io.flexora.api.evaluate.MetricValue;
import io.flexora.results.run.CellOutcome;
import io.flexora.results.run.CellResult;
import io.flexora.results.run.RunCell;
import io.flexora.results.run.RunResult;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The main cell of a run against another in the deciding metric, on one seed.
 *
 * <p>A gain or loss is clear from two standard errors on. One that is the same on each of two test
 * examples or more has an error of 0 and is clear, too: the rule looks at how the examples vary and
 * not at how many there are, so with a handful of them even a clear gain can be chance. Where no
 * error is known, as with a single test example, nothing is clear.
 *
 * @param role what the other cell is there to show
 * @param gain how much better the main cell is, in units of the metric
 * @param standardError that of the gain over the test examples: paired where the cells' examples
 *     are, else as of independent ones; 0 if the paired examples all differ by the same; empty if
 *     neither is known
 * @since 0.1
 */
public record Contrast(Role role, double gain, OptionalDouble standardError) {

  /** A gain of so many standard errors is more than sampling error of the test set explains. */
  static final double CLEAR = 2;

  /** The role of another cell, the most telling first. */
  public enum Role {
    /** All layers are adapted, with all target modules: are the chosen ones enough? */
    ALL,
    /** As many others are, in both cells with all target modules: does it matter which? */
    AS_MANY,
    /** No layer is: do the chosen ones help at all? */
    FROZEN,
    /** Any other choice. */
    OTHER,
    /** The same trained parameters are, and a posterior predicts: does it help? */
    POSTERIOR
  }

  /** Requires both. */
  public Contrast {
    Objects.requireNonNull(role);
    Objects.requireNonNull(standardError);
  }

  /**
   * Compares the main cell of a run with another.
   *
   * @param name the name of the other
   * @param metric the metric that decides
   * @return empty if one of them has no finite value of the metric
   */
  public static Optional<Contrast> of(RunResult result, String name, String metric) {
    CellOutcome main = result.main().outcome();
    CellResult other = result.baselines().get(name);
    Optional<MetricValue> ours = finite(main, metric);
    Optional<MetricValue> theirs = finite(other.outcome(), metric);
    if (ours.isEmpty() || theirs.isEmpty()) {
      return Optional.empty();
    }
    double difference = ours.get().value() - theirs.get().value();
    return Optional.of(
        new Contrast(
            role(main, RunCell.of(name), other.outcome(), result.layers()),
            ours.get().description().lowerIsBetter() ? -difference : difference,
            other.differenceError().isPresent()
                ? other.differenceError()
                : independent(ours.get(), theirs.get())));
  }

  private static Optional<MetricValue> finite(CellOutcome cell, String metric) {
    return Optional.ofNullable(cell.metrics().get(metric))
        .filter(value -> Double.isFinite(value.value()));
  }

  /**
   * The standard error of the difference of two values as of independent examples; empty if it is
   * not known. It is not where both errors are 0: so are those of the accuracy on one example.
   */
  static OptionalDouble independent(MetricValue ours, MetricValue theirs) {
    double error = Math.hypot(ours.standardError(), theirs.standardError());
    return Double.isFinite(error) && error > 0 ? OptionalDouble.of(error) : OptionalDouble.empty();
  }

  private static Role role(CellOutcome main, RunCell name, CellOutcome other, int layers) {
    if (name.posterior().isPresent()) {
      return name.trained().equals(RunCell.MAIN) ? Role.POSTERIOR : Role.OTHER;
    }
    int theirs = other.selectedLayers().size();
    if (theirs == 0) {
      return Role.FROZEN;
    }
    if (!other.selectedModules().isEmpty()) {
      return Role.OTHER;
    }
    if (theirs == layers) {
      return Role.ALL;
    }
    // Whole layers are no counterpart of modules that were chosen in as many layers.
    return main.selectedModules().isEmpty() && theirs == main.selectedLayers().size()
        ? Role.AS_MANY
        : Role.OTHER;
  }

  /** The gain in units of its standard error, without sign; empty without one, or if it is 0. */
  public OptionalDouble errors() {
    return standardError.isPresent() && standardError.getAsDouble() > 0
        ? OptionalDouble.of(Math.abs(gain) / standardError.getAsDouble())
        : OptionalDouble.empty();
  }

  /** Whether both have the same value on each test example. */
  public boolean isSame() {
    return gain == 0 && standardError.isPresent() && standardError.getAsDouble() == 0;
  }

  /** Whether the cells differ, and by the same on each test example. */
  public boolean isUniform() {
    return gain != 0 && standardError.isPresent() && standardError.getAsDouble() == 0;
  }

  /** Whether the gain or loss is more than sampling error of the test set explains. */
  public boolean isClear() {
    return isUniform() || errors().orElse(0) >= CLEAR;
  }

  /** Whether the main cell is clearly better. */
  public boolean isBetter() {
    return isClear() && gain > 0;
  }

  /** Whether the main cell is clearly worse. */
  public boolean isWorse() {
    return isClear() && gain < 0;
  }
}
