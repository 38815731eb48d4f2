package io.flexora.api.run;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/**
 * A value that an extension reports under a name of its own. The core keeps and shows figures; it
 * reads none of them by name.
 *
 * @since 0.1
 */
public sealed interface Figure {

  /** A whole number. */
  record Whole(long value) implements Figure {}

  /** A real number; NaN, which stands for the infinities too, where there is none. */
  record Real(double value) implements Figure {

    /** Turns the infinities, which no record can hold, into NaN. */
    public Real {
      value = finite(value);
    }
  }

  /** Yes or no. */
  record Flag(boolean value) implements Figure {}

  /** A text. */
  record Text(String value) implements Figure {}

  /**
   * Whole numbers, in an order that the reporter knows.
   *
   * @param values at least one; no numbers are {@link Reals}
   */
  record Wholes(List<Long> values) implements Figure {

    /** Copies the numbers. */
    public Wholes {
      values = List.copyOf(values);
      if (values.isEmpty()) {
        throw new IllegalArgumentException("a list without numbers is a list of real numbers");
      }
    }
  }

  /** Real numbers, in an order that the reporter knows; each as in {@link Real}. */
  record Reals(List<Double> values) implements Figure {

    /** Copies the numbers. */
    public Reals {
      values = values.stream().map(Figure::finite).toList();
    }
  }

  /** A whole number. */
  static Figure of(long value) {
    return new Whole(value);
  }

  /** A real number. */
  static Figure of(double value) {
    return new Real(value);
  }

  /** Yes or no. */
  static Figure of(boolean value) {
    return new Flag(value);
  }

  /** A text. */
  static Figure of(String value) {
    return new Text(value);
  }

  /** A number for each element. */
  static Figure of(double[] values) {
    return new Reals(Arrays.stream(values).boxed().toList());
  }

  /** A number for each element: whole ones if all are integers, real ones otherwise. */
  static Figure of(List<? extends Number> values) {
    boolean whole =
        !values.isEmpty()
            && values.stream().allMatch(v -> v instanceof Integer || v instanceof Long);
    return whole
        ? new Wholes(values.stream().map(Number::longValue).toList())
        : new Reals(values.stream().map(Number::doubleValue).toList());
  }

  /** The number that it is, if it is one. */
  default OptionalDouble number() {
    if (this instanceof Whole whole) {
      return OptionalDouble.of((double) whole.value());
    }
    return this instanceof Real real ? OptionalDouble.of(real.value()) : OptionalDouble.empty();
  }

  /** The numbers of a list; empty if it is no list, or one without numbers. */
  default List<Double> numbers() {
    if (this instanceof Wholes wholes) {
      return wholes.values().stream().map(Long::doubleValue).toList();
    }
    return this instanceof Reals reals ? reals.values() : List.of();
  }

  private static double finite(double value) {
    return Double.isFinite(value) ? value : Double.NaN;
  }
}
