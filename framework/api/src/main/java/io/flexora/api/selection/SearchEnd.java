package io.flexora.api.selection;

/**
 * The end of a search that ended by itself before all of its steps, with its reason.
 *
 * @param steps the steps that it took
 * @param planned the steps that it would have taken
 * @param unit the name of a step, in the plural, such as {@code outer steps}
 * @param reason the reason of the end, a clause without a full stop
 * @since 0.1
 */
public record SearchEnd(long steps, long planned, String unit, String reason) {

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if the search took all of its steps
   */
  public SearchEnd {
    if (steps < 0 || steps >= planned) {
      throw new IllegalArgumentException(
          "a search that took %d of %d %s did not end early".formatted(steps, planned, unit));
    }
  }

  /** Says it, such as {@code ended after 12 of 40 outer steps: ...}. */
  public String sentence() {
    return "ended after %d of %d %s: %s".formatted(steps, planned, unit, reason);
  }
}
