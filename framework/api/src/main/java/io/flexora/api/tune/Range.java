package io.flexora.api.tune;

import java.util.List;
import java.util.OptionalLong;

/**
 * The values that an option may be given. A value is a number: that of the option in an {@link
 * Interval}, the index of a choice, from 0, in {@link Choices}.
 *
 * @since 0.1
 */
public sealed interface Range {

  /** Whether a value is one of them. */
  boolean contains(double value);

  /**
   * The value at a place between the ends, such that places which are drawn uniformly give values
   * that are uniform, in the logarithm where the range is logarithmic.
   *
   * @param place from 0, up to but without 1
   */
  double at(double place);

  /** How many values there are; empty where a real number lies between any two. */
  OptionalLong size();

  /**
   * The numbers from one to another.
   *
   * @param low the least
   * @param high the greatest, which is more
   * @param log whether ratios count rather than differences; the numbers are then above 0
   * @param whole whether they are whole numbers
   */
  record Interval(double low, double high, boolean log, boolean whole) implements Range {

    /** What each whole number has on its sides. */
    private static final double HALF = 0.5;

    /**
     * Checks the ends.
     *
     * @throws IllegalArgumentException if there is no number between them, or no logarithm
     */
    public Interval {
      if (!(low < high) || Double.isInfinite(low) || Double.isInfinite(high)) {
        throw new IllegalArgumentException("there is nothing from %s to %s".formatted(low, high));
      }
      if (log && low <= 0) {
        throw new IllegalArgumentException("%s has no logarithm".formatted(low));
      }
      if (whole && (low != Math.rint(low) || high != Math.rint(high))) {
        throw new IllegalArgumentException(
            "%s and %s are not both whole numbers".formatted(low, high));
      }
    }

    @Override
    public boolean contains(double value) {
      return value >= low && value <= high && (!whole || value == Math.rint(value));
    }

    @Override
    public double at(double place) {
      double from = inner(whole ? low - HALF : low);
      double to = inner(whole ? high + HALF : high);
      return nearest(outer(from + place * (to - from)));
    }

    /** A number as it counts: its logarithm in a logarithmic range. */
    public double inner(double value) {
      return log ? Math.log(value) : value;
    }

    /** The number that counts so; see {@link #inner}. */
    public double outer(double counted) {
      return log ? Math.exp(counted) : counted;
    }

    /** The value of the range that is nearest to a number. */
    public double nearest(double number) {
      // Halves go to the even number, as in Python.
      double rounded = whole ? Math.rint(number) : number;
      return Math.max(low, Math.min(high, rounded));
    }

    @Override
    public OptionalLong size() {
      return whole ? OptionalLong.of((long) (high - low) + 1) : OptionalLong.empty();
    }
  }

  /**
   * Some values by name.
   *
   * @param names the values as they are written; at least one, each once
   */
  record Choices(List<String> names) implements Range {

    /**
     * Copies the names.
     *
     * @throws IllegalArgumentException if there are none
     */
    public Choices {
      names = List.copyOf(names);
      if (names.isEmpty()) {
        throw new IllegalArgumentException("there is nothing to choose from");
      }
    }

    @Override
    public boolean contains(double value) {
      return value >= 0 && value < names.size() && value == Math.rint(value);
    }

    @Override
    public double at(double place) {
      return Math.min(names.size() - 1, Math.floor(place * names.size()));
    }

    @Override
    public OptionalLong size() {
      return OptionalLong.of(names.size());
    }
  }
}
