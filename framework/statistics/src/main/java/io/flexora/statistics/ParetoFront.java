package io.flexora.statistics;

import java.util.List;

/**
 * The choices that no other beats: of which there is none that is worth at least as much, costs no
 * more, and is better in one of the two (Pareto, Manuale di economia politica, 1906).
 *
 * @since 0.1
 */
public final class ParetoFront {

  private ParetoFront() {}

  /**
   * A choice.
   *
   * @param value what it is worth: more is better
   * @param cost what it costs: less is better
   * @since 0.1
   */
  public record Point(double value, double cost) {

    private boolean isKnown() {
      return Finite.all(value, cost);
    }

    private boolean beats(Point other) {
      return isKnown()
          && value >= other.value
          && cost <= other.cost
          && (value > other.value || cost < other.cost);
    }
  }

  /**
   * Finds the front. Choices with the same value and cost are on it together or not at all; one
   * whose value or cost is not finite is not on it and beats no other.
   *
   * @return for each choice, in order, whether it is on the front
   */
  public static List<Boolean> of(List<Point> choices) {
    return choices.stream()
        .map(one -> one.isKnown() && choices.stream().noneMatch(other -> other.beats(one)))
        .toList();
  }
}
